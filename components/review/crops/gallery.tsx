"use client";

import { type KeyboardEvent, type RefObject, useEffect, useMemo, useRef, useState } from "react";
import { useWorkspace, useWorkspaceState } from "../../workspace/context.tsx";
import { useFindingView } from "../../workspace/use-finding-view.ts";
import { select } from "../actions.ts";
import { ROW_HEIGHT } from "../finding-row.tsx";
import { GroupHead } from "../list-parts.tsx";
import { useLongScroll } from "../use-long-scroll.ts";
import { CropTile } from "./crop-tile.tsx";
import { gridLines } from "./grid-lines.ts";

/** Between crops, in pixels; and how small and how large they may be. */
const GAP = 6;
const LEAST_SIDE = 84;
/** Pixels kept ready above and below what is seen. */
const SPARE = 100;

/** The findings of the list as pictures, cut out one by one; only those in sight are in the document. */
export function Gallery() {
  const { workspace } = useWorkspace();
  const { order, groups } = useFindingView();
  const { selectedId, picked } = useWorkspaceState((state) => ({
    selectedId: state.selectedId,
    picked: state.picked,
  }));
  const frame = useRef<HTMLDivElement>(null);
  const width = useInnerWidth(frame);
  const columns = Math.max(1, Math.floor((width - GAP) / (LEAST_SIDE + GAP)));
  const side = (width - GAP) / columns - GAP;
  const line = side + GAP;
  const lines = useMemo(
    () => gridLines(order.length, groups, { head: ROW_HEIGHT, line, columns }),
    [order, groups, line, columns],
  );
  const scroll = useLongScroll(frame, lines.height + GAP);
  const positionOf = (id: string | null): number => {
    const row = id === null ? undefined : workspace.table.positionOf(id);
    return row === undefined ? -1 : order.indexOf(row);
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: the gallery follows the selection, and its place in a new order
  useEffect(() => {
    const at = positionOf(selectedId);
    if (at !== -1) scroll.reveal(lines.topOf(at), line);
  }, [selectedId, order, line]);

  /** Up and down go by lines; the workspace's keys step one by one. */
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    const at = positionOf(selectedId);
    const to = at === -1 ? 0 : at + (event.key === "ArrowDown" ? columns : -columns);
    const row = order[Math.min(order.length - 1, Math.max(0, to))];
    event.preventDefault();
    if (row !== undefined) select(workspace, workspace.table.idAt(row));
  };

  return (
    <div
      ref={frame}
      role="listbox"
      aria-label="Findings"
      tabIndex={0}
      aria-multiselectable
      aria-activedescendant={selectedId === null ? undefined : `finding-${selectedId}`}
      onScroll={scroll.onScroll}
      onKeyDown={onKeyDown}
      className="scroll-quiet relative min-h-0 flex-1 overflow-y-auto outline-offset-[-2px]"
    >
      <div style={{ height: scroll.trackHeight }} />
      {lines.between(scroll.top - SPARE, scroll.top + scroll.height + SPARE).flatMap((each) => {
        const top = each.top - scroll.shift;
        if (each.group) return [<GroupHead key={`class ${each.group.label}`} {...each.group} top={top} />];
        return Array.from(order.subarray(each.first, each.end), (at, index) => {
          const row = workspace.table.row(at);
          if (!row) return null;
          return (
            <CropTile
              key={row.id}
              row={row}
              top={top + GAP}
              left={GAP + index * line}
              side={side}
              position={each.first + index}
              count={order.length}
              selected={picked.size > 0 ? picked.has(row.id) : row.id === selectedId}
            />
          );
        });
      })}
    </div>
  );
}

/** The width within the scroll bar; 300 until it is known. */
function useInnerWidth(frame: RefObject<HTMLDivElement | null>): number {
  const [width, setWidth] = useState(300);
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, [frame]);
  return width;
}
