import { ChevronLeft, ChevronRight } from "lucide-react";
import { useStore } from "../state/store.ts";
import { formatCount } from "../ui/format.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { type Operations, shownPage } from "./operations.ts";

/** Turns the pages of a run over several; says of each how many of its tiles are missing. Nothing where there is one. */
export function PageChoice({ operations }: { operations: Operations }) {
  const { run, shownAt } = useStore(operations.store, ({ run, shownAt, revision }) => ({ run, shownAt, revision }));
  const page = useStore(operations.store, shownPage);
  const pages = run?.configuration.pages ?? [];
  if (pages.length < 2) return null;
  const missing = missingByPage(operations, shownAt);
  const at = pages.indexOf(page);
  const turn = (by: 1 | -1): void => {
    const next = pages[at + by];
    if (next !== undefined) operations.turnTo(next);
  };
  return (
    <div className="flex items-center">
      <IconButton
        name="Page before"
        disabled={at <= 0}
        icon={<ChevronLeft size={16} aria-hidden />}
        onClick={() => turn(-1)}
      />
      <select
        aria-label="Page on the map"
        value={page}
        onChange={(event) => operations.turnTo(Number(event.target.value))}
        className="h-7 rounded-md border border-line bg-raised px-1 text-xs text-ink"
      >
        {pages.map((each) => (
          <option key={each} value={each}>
            Page {each + 1}
            {missing.has(each) ? `, ${formatCount(missing.get(each) ?? 0)} missing` : ""}
          </option>
        ))}
      </select>
      <IconButton
        name="Next page"
        disabled={at >= pages.length - 1}
        icon={<ChevronRight size={16} aria-hidden />}
        onClick={() => turn(1)}
      />
    </div>
  );
}

function missingByPage(operations: Operations, shownAt: number | null): Map<number, number> {
  const missing = new Map<number, number>();
  for (const tile of operations.replay().stateAt(shownAt).totals.missing) {
    const page = operations.places()[tile]?.page ?? 0;
    missing.set(page, (missing.get(page) ?? 0) + 1);
  }
  return missing;
}
