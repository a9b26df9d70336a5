"use client";

import Link from "next/link";
import { roleAllows } from "#lib/core/access/role.ts";
import { END_STATES, type Run, type TileCounts } from "#lib/core/detection/run.ts";
import { formatRate, formatSeconds } from "#lib/core/quantities.ts";
import { formatCount } from "../ui/format.ts";
import { ProgressBar } from "../ui/progress-bar.tsx";
import { useWorkspace, useWorkspaceState } from "../workspace/context.tsx";
import { chosenRun } from "../workspace/workspace-state.ts";
import { ConcurrencyControl } from "./concurrency-control.tsx";
import { progressOf } from "./ledger.ts";
import { MissingTiles } from "./missing-tiles.tsx";
import { RunBadge } from "./run-badge.tsx";
import { RunControls } from "./run-controls.tsx";

/** How the run is doing while it goes on, or what is left to do about one that ended short; nothing otherwise. */
export function RunStrip() {
  const { workspace } = useWorkspace();
  const { run } = useWorkspaceState((state) => ({ run: chosenRun(state), revision: state.ledgerRevision }));
  if (!run) return null;
  const over = END_STATES.includes(run.state);
  const known = workspace.ledger.counts();
  const counts = progressOf(known, null).total > 0 ? known : run.tiles;
  const missing = over ? workspace.ledger.missing(over) : [];
  if (over && missing.length === 0 && counts.failed === 0 && run.state !== "failed") return null;
  return (
    <section
      aria-label="Run"
      className="flex min-h-12 shrink-0 flex-wrap items-center gap-x-5 gap-y-1 border-t border-line bg-panel px-3 py-1.5"
    >
      <RunBadge state={run.state} />
      <Progress run={run} counts={counts} rate={over ? null : workspace.ledger.rate()} />
      {missing.length > 0 && <MissingTiles key={run.id} missing={missing} />}
      {!over && roleAllows(workspace.role, "operator") && <ConcurrencyControl key={run.id} run={run} />}
      <Link href={`/runs/${run.id}`} prefetch={false} className="text-xs font-medium text-accent hover:underline">
        Details
      </Link>
      {roleAllows(workspace.role, "operator") && <RunControls run={run} failed={counts.failed} />}
    </section>
  );
}

function Progress({ run, counts, rate }: { run: Run; counts: TileCounts; rate: number | null }) {
  const { workspace } = useWorkspace();
  const { total, finished, fraction, secondsLeft } = progressOf(counts, rate);
  const throttled = Math.max(run.throttled, workspace.ledger.throttled);
  return (
    <>
      <div className="min-w-32 flex-1">
        <ProgressBar
          name="Tiles analysed"
          fraction={total === 0 ? null : fraction}
          tone={counts.failed > 0 ? "bad" : "accent"}
        />
      </div>
      <p className="flex flex-wrap gap-x-4 text-xs tabular-nums">
        <span>{total === 0 ? "Working out the tiles" : `${formatCount(finished)} of ${formatCount(total)} tiles`}</span>
        {rate !== null && <span className="text-muted">{formatRate(rate)} tiles/s</span>}
        {secondsLeft !== null && secondsLeft > 0 && (
          <span className="text-muted">{formatSeconds(secondsLeft)} left</span>
        )}
        {counts.failed > 0 && <span className="font-medium text-bad">{formatCount(counts.failed)} failed</span>}
        {throttled > 0 && <span className="text-warn">{formatCount(throttled)} throttled</span>}
        {run.reason && <span className="text-warn">{run.reason}</span>}
      </p>
    </>
  );
}
