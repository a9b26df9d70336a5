import { MARKS, type Mark } from "#lib/core/detection/tile-mark.ts";
import { HEAT_GRADIENT } from "../runs/heat.ts";
import { useStore } from "../state/store.ts";
import { formatCount } from "../ui/format.ts";
import { formatHeat, MARK_LOOKS } from "./looks.ts";
import { MAP_MODES, type MapMode, type Operations } from "./operations.ts";

const MODE_NAMES: Record<MapMode, string> = { state: "State", latency: "Latency", retries: "Retries", cost: "Cost" };

/** What the map shows, and what its colours mean, with counts. */
export function MapLegend({ operations }: { operations: Operations }) {
  const { mode, shownAt } = useStore(operations.store, ({ mode, shownAt, revision }) => ({ mode, shownAt, revision }));
  const moment = operations.replay().stateAt(shownAt);
  const { counts, priced } = moment.totals;
  return (
    <div className="flex flex-wrap items-center gap-x-5 gap-y-2">
      {mode === "state" ? (
        <ul className="flex flex-wrap gap-x-4 gap-y-1 text-xs tabular-nums">
          {MARKS.map((mark) => (
            <li key={mark} className={`flex items-center gap-1.5 ${counts[mark] === 0 ? "text-muted" : ""}`}>
              <MarkSwatch mark={mark} />
              {MARK_LOOKS[mark].name} {formatCount(counts[mark])}
            </li>
          ))}
        </ul>
      ) : (
        <p className="flex items-center gap-2 text-xs tabular-nums">
          <span>0</span>
          <span aria-hidden className="h-2.5 w-32 rounded-sm" style={{ background: HEAT_GRADIENT }} />
          <span>{formatHeat(mode, moment.heatTop(mode), priced > 0)} and more</span>
        </p>
      )}
      <fieldset className="flex rounded-md border border-line text-xs">
        <legend className="sr-only">What the map shows</legend>
        {MAP_MODES.map((each) => (
          <label
            key={each}
            className="cursor-pointer px-2.5 py-1 first-of-type:rounded-l-md last-of-type:rounded-r-md has-checked:bg-accent-soft has-checked:font-medium has-checked:text-accent has-focus-visible:outline-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name="map-mode"
              className="sr-only"
              checked={mode === each}
              onChange={() => operations.set({ mode: each })}
            />
            {MODE_NAMES[each]}
          </label>
        ))}
      </fieldset>
    </div>
  );
}

/** The colour and stroke of a state, as on the map. */
export function MarkSwatch({ mark }: { mark: Mark }) {
  const { rgb, stroke } = MARK_LOOKS[mark];
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 12 12"
      className="size-3 shrink-0 rounded-sm"
      style={{ background: `rgb(${rgb.join(" ")})` }}
    >
      {stroke === "dot" && <circle cx="6" cy="6" r="2" fill="white" />}
      {(stroke === "slash" || stroke === "cross") && <path d="M3 9 9 3" stroke="white" strokeWidth="1.5" />}
      {stroke === "cross" && <path d="M3 3 9 9" stroke="white" strokeWidth="1.5" />}
    </svg>
  );
}
