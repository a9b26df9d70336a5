"use client";

import { useEffect, useMemo, useRef } from "react";
import { END_STATES } from "#lib/core/detection/run.ts";
import { formatCount } from "../ui/format.ts";
import { Swatch } from "../ui/swatch.tsx";
import { useWorkspace, useWorkspaceState } from "../workspace/context.tsx";
import { useFindingView } from "../workspace/use-finding-view.ts";
import { chosenRun } from "../workspace/workspace-state.ts";
import { FindingRow, ROW_HEIGHT } from "./finding-row.tsx";
import { ListHead } from "./list-head.tsx";
import { listLines } from "./list-lines.ts";
import { useLongScroll } from "./use-long-scroll.ts";

/** Rows kept ready above and below what is seen. */
const SPARE_ROWS = 8;

/** All findings that pass the filter; only those in sight are in the document, so that a million scroll like a hundred. */
export function FindingList() {
  const { workspace } = useWorkspace();
  const { order, groups } = useFindingView();
  const selectedId = useWorkspaceState((state) => state.selectedId);
  const loading = useWorkspaceState((state) => state.loading);
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
    <section aria-label="Findings" className="flex min-h-0 flex-1 flex-col">
      <ListHead />
      <div
        ref={frame}
        role="listbox"
        aria-label="Findings"
        tabIndex={0}
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
              selected={row.id === selectedId}
            />
          );
        })}
        {order.length === 0 && <EmptyList state={loading.state} error={loading.error} />}
      </div>
    </section>
  );
}

function GroupHead({ label, count, top }: { label: string; count: number; top: number }) {
  return (
    <div
      role="presentation"
      style={{ transform: `translateY(${top}px)`, height: ROW_HEIGHT }}
      className="absolute inset-x-0 top-0 flex items-center gap-2 border-b border-line bg-raised px-3 text-xs font-semibold"
    >
      <Swatch label={label} />
      <span className="min-w-0 flex-1 truncate">{label}</span>
      <span className="text-muted tabular-nums">{formatCount(count)}</span>
    </div>
  );
}

function EmptyList({ state, error }: { state: string; error: string | null }) {
  const { sync } = useWorkspace();
  const { tally } = useFindingView();
  const run = useWorkspaceState(chosenRun);
  if (state === "failed") {
    return (
      <div role="alert" className="p-4">
        <p className="font-medium text-bad">The findings could not be read</p>
        <p className="text-muted">{error}</p>
        <button type="button" className="mt-2 font-medium text-accent" onClick={() => void sync.reloadFindings()}>
          Try again
        </button>
      </div>
    );
  }
  if (state === "loading") return <p className="p-4 text-muted">Reading…</p>;
  if (tally.total > 0)
    return <p className="p-4 text-muted">All findings are filtered out. Lower the confidence or show more classes.</p>;
  return (
    <p className="p-4 text-muted">
      {run === null
        ? "There are no findings yet. Start an analysis, or draw a box with R."
        : END_STATES.includes(run.state)
          ? "Nothing was found. A lower confidence, smaller tiles or another preset may find more."
          : "Nothing found so far."}
    </p>
  );
}
