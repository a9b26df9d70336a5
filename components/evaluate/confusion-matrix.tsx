import type { EvaluationDetail } from "#lib/core/api/evaluation-details.ts";
import { formatCount } from "../ui/format.ts";
import { ScrollBox } from "../ui/scroll-box.tsx";

/** What the truth's objects were taken for, whatever their class: rows are the truth, columns what was found. */
export function ConfusionMatrix({ confusion }: { confusion: EvaluationDetail["confusion"] }) {
  const { labels, counts, missed, invented } = confusion;
  const rows = labels.map((label, row) => ({ label, cells: [...(counts[row] ?? []), missed[row] ?? 0] }));
  const all = [...rows, { label: "(nothing)", cells: [...invented, null] }];
  return (
    <section aria-labelledby="confusion" className="min-w-0 rounded-lg border border-line bg-panel py-2">
      <h2 id="confusion" className="px-3 font-semibold">
        Confusion
      </h2>
      <p className="px-3 text-xs text-muted">
        Matched by place alone: how often an object of the truth (row) was taken for what (column).
      </p>
      <ScrollBox name="Table of confusion" className="max-h-96 px-3 py-2">
        <table className="tabular-nums">
          <thead>
            <tr className="text-xs text-muted">
              <td />
              {[...labels, "(missed)"].map((label) => (
                <th key={label} scope="col" className="max-w-28 truncate px-2 py-1 text-right font-medium">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {all.map(({ label, cells }, row) => (
              <tr key={label}>
                <th scope="row" className="max-w-40 truncate py-1 pr-3 text-left text-xs font-medium text-muted">
                  {label}
                </th>
                {cells.map((count, column) => (
                  <Cell
                    key={labels[column] ?? "(missed)"}
                    count={count}
                    share={shareOf(count, cells)}
                    isRight={row === column}
                  />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
    </section>
  );
}

/** A count as a part of its row. */
function shareOf(count: number | null, cells: readonly (number | null)[]): number {
  const all = cells.reduce<number>((sum, each) => sum + (each ?? 0), 0);
  return count === null || all === 0 ? 0 : count / all;
}

function Cell({ count, share, isRight }: { count: number | null; share: number; isRight: boolean }) {
  if (count === null) return <td />;
  const colour = isRight ? "var(--accent)" : "var(--warn)";
  return (
    <td
      className={`min-w-14 border border-line px-2 py-1 text-right ${isRight ? "font-semibold" : ""} ${count === 0 ? "text-muted" : ""}`}
      style={{ background: `color-mix(in oklab, ${colour} ${Math.round(share * 32)}%, transparent)` }}
    >
      {formatCount(count)}
    </td>
  );
}
