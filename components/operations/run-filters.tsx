import { useEffect, useState } from "react";
import { RUN_STATES } from "#lib/core/detection/run.ts";
import { STATE_NAMES } from "../runs/run-badge.tsx";
import { useStore } from "../state/store.ts";
import { INPUT } from "../ui/field.tsx";
import type { RunOverview } from "./run-overview.ts";

/** What is typed is looked for after this long without another key. */
const TYPING_MS = 250;

/** Narrows the overview to runs of some pictures, a collection or a state. */
export function RunFilters({ overview }: { overview: RunOverview }) {
  const { filter, collections } = useStore(overview.store, ({ filter, collections }) => ({ filter, collections }));
  const [typed, setTyped] = useState<string | null>(null);
  useEffect(() => {
    if (typed === null) return;
    const timer = setTimeout(() => {
      overview.show({ q: typed });
      setTyped(null);
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [overview, typed]);
  return (
    <search className="grid grow auto-cols-[minmax(0,11rem)] grid-flow-col gap-2">
      <input
        type="search"
        aria-label="Picture"
        placeholder="Picture's name"
        value={typed ?? filter.q}
        onChange={(event) => setTyped(event.target.value)}
        className={INPUT}
      />
      <select
        aria-label="State"
        value={filter.state ?? ""}
        onChange={(event) => overview.show({ state: RUN_STATES.find((each) => each === event.target.value) ?? null })}
        className={INPUT}
      >
        <option value="">any state</option>
        {RUN_STATES.map((each) => (
          <option key={each} value={each}>
            {STATE_NAMES[each]}
          </option>
        ))}
      </select>
      {collections.length > 1 && (
        <select
          aria-label="Collection"
          value={filter.collection ?? ""}
          onChange={(event) => overview.show({ collection: event.target.value || null })}
          className={INPUT}
        >
          <option value="">any collection</option>
          {collections.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      )}
    </search>
  );
}
