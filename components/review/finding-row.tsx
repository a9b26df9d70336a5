import { Check, X } from "lucide-react";
import { memo } from "react";
import type { FindingRow as Row } from "../findings/finding-table.ts";
import { pickThrough, togglePick } from "../pick/pick.ts";
import { classNames } from "../ui/class-names.ts";
import { formatScore } from "../ui/format.ts";
import { Swatch } from "../ui/swatch.tsx";
import { useWorkspace, useWorkspaceState } from "../workspace/context.tsx";
import { select } from "./actions.ts";

export const ROW_HEIGHT = 32;

/** A finding in words, for those who hear the list. */
export const nameOf = (row: Row): string =>
  `${row.label}, ${formatScore(row.score)}${SAYS[row.review]}${row.provisional ? ", provisional" : ""}`;

const SAYS = { unreviewed: "", accepted: ", accepted", rejected: ", rejected" } as const;

/** `top`: pixels from the top of the list; `position` among `count` findings. */
type RowProps = { row: Row; top: number; position: number; count: number; selected: boolean };

/** One finding of the list: press to go there, point to see it light up in the picture. */
export const FindingRow = memo(function FindingRow({ row, top, position, count, selected }: RowProps) {
  const { workspace } = useWorkspace();
  const hovered = useWorkspaceState((state) => state.hoveredId === row.id);
  const hover = (hoveredId: string | null): void => workspace.state.update((state) => ({ ...state, hoveredId }));
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus and names its active row
    // biome-ignore lint/a11y/useKeyWithClickEvents: the workspace's keys step through the rows
    <div
      id={`finding-${row.id}`}
      role="option"
      aria-selected={selected}
      aria-posinset={position + 1}
      aria-setsize={count}
      aria-label={nameOf(row)}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey) togglePick(workspace, row.id);
        else if (event.shiftKey) pickThrough(workspace, row.id);
        else select(workspace, row.id);
      }}
      onPointerEnter={() => hover(row.id)}
      onPointerLeave={() => hover(null)}
      style={{ transform: `translateY(${top}px)`, height: ROW_HEIGHT }}
      className={classNames(
        "absolute inset-x-0 top-0 flex cursor-pointer items-center gap-2 px-3",
        selected ? "bg-accent-soft" : hovered && "bg-hover",
      )}
    >
      <Swatch label={row.label} />
      <span className={classNames("min-w-0 flex-1 truncate", row.review === "rejected" && "text-muted line-through")}>
        {row.label}
      </span>
      {row.provisional && <span className="text-xs text-muted">provisional</span>}
      <span className="w-14 text-right text-xs text-muted tabular-nums">{formatScore(row.score)}</span>
      <span className="flex w-4 justify-center" aria-hidden>
        {row.review === "accepted" && <Check size={15} className="text-good" />}
        {row.review === "rejected" && <X size={15} className="text-bad" />}
      </span>
    </div>
  );
});
