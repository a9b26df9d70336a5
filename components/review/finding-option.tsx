import type { CSSProperties, ReactNode } from "react";
import type { FindingRow as Row } from "../findings/finding-table.ts";
import { pickThrough, togglePick } from "../pick/pick.ts";
import { formatScore } from "../ui/format.ts";
import { useWorkspace, useWorkspaceState } from "../workspace/context.tsx";
import { select } from "./actions.ts";

const SAYS = { unreviewed: "", accepted: ", accepted", rejected: ", rejected" } as const;

/** A finding in words, for those who hear the list. */
const nameOf = (row: Row): string =>
  `${row.label}, ${formatScore(row.score)}${SAYS[row.review]}${row.provisional ? ", provisional" : ""}`;

/** Where a finding stands in the list: `position` among `count`. */
export type OptionPlace = { row: Row; position: number; count: number; selected: boolean };

type OptionProps = OptionPlace & { style: CSSProperties; look: (hovered: boolean) => string; children: ReactNode };

/** A finding to choose, as a row or a crop: pressed it is gone to, with Ctrl or Shift chosen beside others; pointed at it lights up in the picture. */
export function FindingOption({ row, position, count, selected, style, look, children }: OptionProps) {
  const { workspace } = useWorkspace();
  const hovered = useWorkspaceState((state) => state.hoveredId === row.id);
  const hover = (hoveredId: string | null): void => workspace.state.update((state) => ({ ...state, hoveredId }));
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus and names its active option
    // biome-ignore lint/a11y/useKeyWithClickEvents: the workspace's keys step through the options
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
      style={style}
      className={look(hovered)}
    >
      {children}
    </div>
  );
}
