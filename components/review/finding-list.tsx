"use client";

import { useEffect, useRef, useState } from "react";
import { END_STATES } from "#lib/core/detection/run.ts";
import { useWorkspace, useWorkspaceState } from "../workspace/context.tsx";
import { useFindingView } from "../workspace/use-finding-view.ts";
import { chosenRun } from "../workspace/workspace-state.ts";
import { FindingRow, ROW_HEIGHT } from "./finding-row.tsx";
import { ListHead } from "./list-head.tsx";

/** Rows kept ready above and below what is seen. */
const SPARE_ROWS = 8;

/** All findings that pass the filter; only those in sight are in the document, so that a hundred thousand scroll like a hundred. */
export function FindingList() {
  const { workspace } = useWorkspace();
  const { order } = useFindingView();
  const selectedId = useWorkspaceState((state) => state.selectedId);
  const loading = useWorkspaceState((state) => state.loading);
  const frame = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState({ top: 0, height: 600 });

  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setSeen((value) => ({ ...value, height: element.clientHeight })));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    const element = frame.current;
    const at = selectedId === null ? -1 : order.indexOf(selectedId);
    if (!element || at === -1) return;
    const top = at * ROW_HEIGHT;
    if (top < element.scrollTop) element.scrollTop = top - ROW_HEIGHT;
    else if (top + ROW_HEIGHT > element.scrollTop + element.clientHeight) {
      element.scrollTop = top + 2 * ROW_HEIGHT - element.clientHeight;
    }
  }, [selectedId, order]);

  const first = Math.max(0, Math.floor(seen.top / ROW_HEIGHT) - SPARE_ROWS);
  const last = Math.min(order.length, Math.ceil((seen.top + seen.height) / ROW_HEIGHT) + SPARE_ROWS);
  return (
    <section aria-label="Findings" className="flex min-h-0 flex-1 flex-col">
      <ListHead />
      <div
        ref={frame}
        role="listbox"
        aria-label="Findings"
        tabIndex={0}
        aria-activedescendant={selectedId === null ? undefined : `finding-${selectedId}`}
        onScroll={(event) => {
          const { scrollTop, clientHeight } = event.currentTarget;
          setSeen({ top: scrollTop, height: clientHeight });
        }}
        className="scroll-quiet relative min-h-0 flex-1 overflow-y-auto outline-offset-[-2px]"
      >
        <div style={{ height: order.length * ROW_HEIGHT }} />
        {order.slice(first, last).map((id, at) => {
          const row = workspace.table.find(id);
          if (!row) return null;
          return (
            <FindingRow key={id} row={row} position={first + at} count={order.length} selected={id === selectedId} />
          );
        })}
        {order.length === 0 && <EmptyList state={loading.state} error={loading.error} />}
      </div>
    </section>
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
