import { RotateCw } from "lucide-react";
import { END_STATES } from "#lib/core/detection/run.ts";
import { retryTiles } from "../api/runs.ts";
import { useStore } from "../state/store.ts";
import { Button } from "../ui/button.tsx";
import { plural } from "../ui/format.ts";
import { tryTo } from "../ui/try-to.ts";
import type { Operations } from "./operations.ts";

/** So many tiles of one reason are listed; the map shows all. */
const LISTED = 40;

/** Tiles that the findings lack, by reason; a press shows one on the map, and all of a reason can be tried again. */
export function FailedTiles({ operations, mayRetry }: { operations: Operations; mayRetry: boolean }) {
  const { run, shownAt, selected } = useStore(operations.store, ({ run, shownAt, selected, revision }) => {
    return { run, shownAt, selected, revision };
  });
  const moment = operations.replay().stateAt(shownAt);
  const reasons = new Map<string, number[]>();
  for (const tile of [...moment.totals.missing].sort((a, b) => a - b)) {
    const reason = moment.errorOf(tile) ?? "for no stated reason";
    const alike = reasons.get(reason);
    if (alike) alike.push(tile);
    else reasons.set(reason, [tile]);
  }
  if (!run || reasons.size === 0) return null;
  const over = END_STATES.includes(run.state);
  return (
    <section aria-labelledby="failed" className="rounded-lg border border-line bg-panel px-4 py-3">
      <h2 id="failed" className="mb-2 font-semibold">
        Missing tiles
      </h2>
      <ul className="flex flex-col gap-3">
        {[...reasons].map(([reason, indexes]) => (
          <li key={reason} className="text-sm">
            <div className="flex flex-wrap items-center justify-between gap-2">
              <p>
                <strong>{plural(indexes.length, "tile")}</strong> <span className="text-bad">{reason}</span>
              </p>
              {mayRetry && over && shownAt === null && (
                <Button
                  small
                  icon={<RotateCw size={13} aria-hidden />}
                  onClick={() => void tryTo("The tiles could not be retried", () => retryTiles(run.id, indexes))}
                >
                  Retry {indexes.length === 1 ? "it" : "these"}
                </Button>
              )}
            </div>
            <p className="mt-1 flex flex-wrap gap-1">
              {indexes.slice(0, LISTED).map((index) => (
                <button
                  key={index}
                  type="button"
                  aria-pressed={selected === index}
                  aria-label={`Show tile ${index} on the map`}
                  onClick={() => operations.select(index)}
                  className="min-w-6 rounded-sm bg-bad-soft px-1 text-xs leading-6 text-bad tabular-nums hover:underline aria-pressed:outline-1"
                >
                  {index}
                </button>
              ))}
              {indexes.length > LISTED && (
                <span className="text-xs text-muted">and {indexes.length - LISTED} more</span>
              )}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
