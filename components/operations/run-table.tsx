import { ArrowDown, ArrowUp } from "lucide-react";
import type { KeyboardEvent } from "react";
import type { RunSort } from "#lib/core/detection/run.ts";
import { useStore } from "../state/store.ts";
import type { RunOverview } from "./run-overview.ts";
import { RunRow, WIDE } from "./run-row.tsx";

/** A head that sorts: by the first order, or, where that holds already, by the second. */
type Head = { name: string; sorts?: readonly [RunSort, RunSort?]; look?: string };

const HEADS: readonly Head[] = [
  { name: "Picture", sorts: ["picture"] },
  { name: "State", sorts: ["state"] },
  { name: "Tiles", sorts: ["tiles"] },
  { name: "At once", look: `${WIDE} text-right` },
  { name: "Refused", look: `${WIDE} text-right` },
  { name: "Failed", look: "text-right max-sm:hidden" },
  { name: "Findings", look: `${WIDE} text-right` },
  { name: "Cost", look: `${WIDE} text-right` },
  { name: "Model", look: WIDE },
  { name: "Started", sorts: ["newest", "oldest"], look: WIDE },
];

/** Whether the order of a head counts as rising for those who listen to it. */
const RISING: readonly RunSort[] = ["picture", "oldest", "state"];

/** The runs as a table whose rows the arrow keys walk, with controls in each. */
export function RunTable({ overview, mayOperate }: { overview: RunOverview; mayOperate: boolean }) {
  const { runs, rates, sort } = useStore(overview.store, ({ runs, rates, filter }) => ({
    runs,
    rates,
    sort: filter.sort,
  }));
  return (
    <div className="overflow-x-auto rounded-lg border border-line bg-panel">
      <table className="w-full text-left text-sm tabular-nums" onKeyDown={walk}>
        <thead className="border-b border-line text-xs text-muted">
          <tr>
            {HEADS.map((head) => (
              <HeadCell key={head.name} head={head} sort={sort} onSort={(next) => overview.show({ sort: next })} />
            ))}
            {mayOperate && (
              <th scope="col" className="px-3 py-2">
                <span className="sr-only">Controls</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <RunRow key={run.id} run={run} rate={rates.get(run.id) ?? null} mayOperate={mayOperate} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function HeadCell({ head, sort, onSort }: { head: Head; sort: RunSort; onSort: (sort: RunSort) => void }) {
  const { name, sorts, look = "" } = head;
  if (!sorts) {
    return (
      <th scope="col" className={`px-3 py-2 font-medium max-sm:px-2 ${look}`}>
        {name}
      </th>
    );
  }
  const [first, second = first] = sorts;
  const holds = sort === first || sort === second;
  const rising = RISING.includes(sort);
  return (
    <th
      scope="col"
      aria-sort={holds ? (rising ? "ascending" : "descending") : undefined}
      className={`px-3 py-2 font-medium max-sm:px-2 ${look}`}
    >
      <button
        type="button"
        onClick={() => onSort(sort === first ? second : first)}
        className={`-mx-1 inline-flex items-center gap-1 rounded-sm px-1 hover:text-ink ${holds ? "text-ink" : ""}`}
      >
        {name}
        {holds && (rising ? <ArrowUp size={12} aria-hidden /> : <ArrowDown size={12} aria-hidden />)}
      </button>
    </th>
  );
}

/** Up and down go from run to run. */
function walk(event: KeyboardEvent<HTMLTableElement>): void {
  const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (by === 0 || !(event.target instanceof Element)) return;
  const links = [...event.currentTarget.querySelectorAll<HTMLAnchorElement>("a[data-row]")];
  const row = event.target.closest("tr");
  const at = links.findIndex((link) => link.closest("tr") === row);
  const next = links[Math.min(links.length - 1, Math.max(0, at + by))];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
