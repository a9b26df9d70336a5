"use client";

import { useEffect, useMemo, useRef } from "react";
import { useWorkspace, useWorkspaceState } from "../workspace/context.tsx";
import { useFindingView } from "../workspace/use-finding-view.ts";
import { Gallery } from "./crops/gallery.tsx";
import { FindingRow, ROW_HEIGHT } from "./finding-row.tsx";
import { ListHead } from "./list-head.tsx";
import { listLines } from "./list-lines.ts";
import { EmptyList, GroupHead } from "./list-parts.tsx";
import { useLongScroll } from "./use-long-scroll.ts";

/** Rows kept ready above and below what is seen. */
const SPARE_ROWS = 8;

/** All findings that pass the filter, as rows or as pictures cut out of the picture. */
export function FindingList() {
  const { order } = useFindingView();
  const { listedAs, loading } = useWorkspaceState((state) => ({ listedAs: state.listedAs, loading: state.loading }));
  // A list without anything to choose from is none.
  const isEmpty = order.length === 0;
  return (
    <section aria-label="Findings" className="flex min-h-0 flex-1 flex-col">
      <ListHead />
      {isEmpty && <EmptyList state={loading.state} error={loading.error} />}
      {!isEmpty && (listedAs === "crops" ? <Gallery /> : <Rows />)}
      {isEmpty && <div className="flex-1" />}
    </section>
  );
}

/** Only rows in sight are in the document, so that a million scroll like a hundred. */
function Rows() {
  const { workspace } = useWorkspace();
  const { order, groups } = useFindingView();
  const selectedId = useWorkspaceState((state) => state.selectedId);
  const picked = useWorkspaceState((state) => state.picked);
  const frame = useRef<HTMLDivElement>(null);
  const lines = useMemo(() => listLines(order.length, groups), [order, groups]);
  const scroll = useLongScroll(frame, lines.count * ROW_HEIGHT);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the list follows the selection, and its place in a new order
  useEffect(() => {
    const row = selectedId === null ? undefined : workspace.table.positionOf(selectedId);
    const at = row === undefined ? -1 : order.indexOf(row);
    if (at !== -1) scroll.reveal(lines.lineOf(at) * ROW_HEIGHT, ROW_HEIGHT);
  }, [selectedId, order]);

  const first = Math.max(0, Math.floor(scroll.top / ROW_HEIGHT) - SPARE_ROWS);
  const last = Math.min(lines.count, Math.ceil((scroll.top + scroll.height) / ROW_HEIGHT) + SPARE_ROWS);
  return (
    <div
      ref={frame}
      role="listbox"
      aria-label="Findings"
      tabIndex={0}
      aria-multiselectable
      aria-activedescendant={selectedId === null ? undefined : `finding-${selectedId}`}
      onScroll={scroll.onScroll}
      className="scroll-quiet relative min-h-0 flex-1 overflow-y-auto outline-offset-[-2px]"
    >
      <div style={{ height: scroll.trackHeight }} />
      {Array.from({ length: Math.max(0, last - first) }, (_, index) => {
        const line = first + index;
        const top = line * ROW_HEIGHT - scroll.shift;
        const group = lines.groupAt(line);
        if (group) return <GroupHead key={`class ${group.label}`} top={top} {...group} />;
        const position = lines.positionOf(line);
        const row = workspace.table.row(order[position] ?? -1);
        if (!row) return null;
        return (
          <FindingRow
            key={row.id}
            row={row}
            top={top}
            position={position}
            count={order.length}
            selected={picked.size > 0 ? picked.has(row.id) : row.id === selectedId}
          />
        );
      })}
    </div>
  );
}
