"use client";

import { END_STATES } from "#lib/core/detection/run.ts";
import { formatCount } from "../ui/format.ts";
import { rowsOf, Skeleton } from "../ui/skeleton.tsx";
import { Swatch } from "../ui/swatch.tsx";
import { useWorkspace, useWorkspaceState } from "../workspace/context.tsx";
import { useFindingView } from "../workspace/use-finding-view.ts";
import { chosenRun } from "../workspace/workspace-state.ts";
import { ROW_HEIGHT } from "./finding-row.tsx";

/** The head of a class. `top` in pixels. */
export function GroupHead({ label, count, top }: { label: string; count: number; top: number }) {
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

/** What stands where no finding is listed, and why. */
export function EmptyList({ state, error }: { state: string; error: string | null }) {
  const { sync } = useWorkspace();
  const { tally } = useFindingView();
  const run = useWorkspaceState(chosenRun);
  const pages = useWorkspaceState((value) => value.image.pages);
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
  if (state === "loading")
    return <Skeleton label="Reading the findings" className="flex flex-col gap-2 p-3" blocks={rowsOf(8, "h-6")} />;
  if (tally.total > 0)
    return <p className="p-4 text-muted">All findings are filtered out. Lower the confidence or show more classes.</p>;
  return (
    <p className="p-4 text-muted">
      {run === null
        ? "There are no findings yet. Start an analysis, or draw a box with R."
        : END_STATES.includes(run.state)
          ? `Nothing was found${pages > 1 ? " on this page" : ""}. A lower confidence, smaller tiles or another preset may find more.`
          : "Nothing found so far."}
    </p>
  );
}
