"use client";

import Link from "next/link";
import { useEffect, useState } from "react";
import { roleAllows } from "#lib/core/access/role.ts";
import { END_STATES } from "#lib/core/detection/run.ts";
import { ConcurrencyControl } from "../runs/concurrency-control.tsx";
import { presetTitle } from "../runs/preset-title.ts";
import { RunBadge } from "../runs/run-badge.tsx";
import { RunControls } from "../runs/run-controls.tsx";
import { Header, type Viewer } from "../shell/header.tsx";
import { useStore } from "../state/store.ts";
import { Button } from "../ui/button.tsx";
import { formatInstant } from "../ui/format.ts";
import { Skeleton } from "../ui/skeleton.tsx";
import { Charts } from "./charts.tsx";
import { FailedTiles } from "./failed-tiles.tsx";
import { Figures } from "./figures.tsx";
import { createOperations, type Operations } from "./operations.ts";
import { ReplayBar } from "./replay-bar.tsx";
import { RunFacts } from "./run-facts.tsx";
import { TileMap } from "./tile-map.tsx";

/** Everything that one run does, as it does it, and again afterwards. */
export function OperationsPage({ runId, viewer }: { runId: string; viewer: Viewer }) {
  const [operations] = useState(() => createOperations(runId));
  const { run, loading, failure, connected } = useStore(operations.store, (value) => ({
    run: value.run,
    loading: value.loading,
    failure: value.failure,
    connected: value.connected,
  }));
  useEffect(() => operations.start(), [operations]);
  return (
    <div className="flex min-h-dvh flex-col bg-canvas">
      <Header viewer={viewer} title={<RunTitle operations={operations} />} />
      <main className="mx-auto flex w-full max-w-[96rem] flex-1 flex-col gap-3 px-3 py-5 sm:px-6">
        {failure ? (
          <div role="alert" className="m-auto text-center">
            <h1 className="text-base font-semibold">{failure.title}</h1>
            <p className="mb-4 text-muted">{failure.text}</p>
            <Button onClick={() => void operations.reload()}>Try again</Button>
          </div>
        ) : loading || !run ? (
          <Skeleton
            label="Reading the run"
            className="flex flex-1 flex-col gap-3"
            blocks={["h-8 w-48", "h-14", "h-28", "flex-1"]}
          />
        ) : (
          <>
            {!connected && (
              <p role="status" className="rounded-md bg-warn-soft px-3 py-1.5 text-sm text-warn">
                The connection is lost; what you see may be old. It is being tried again.
              </p>
            )}
            <Loaded operations={operations} mayOperate={roleAllows(viewer.role, "operator")} />
          </>
        )}
      </main>
    </div>
  );
}

function RunTitle({ operations }: { operations: Operations }) {
  const { run, image } = useStore(operations.store, ({ run, image }) => ({ run, image }));
  if (!run || !image) return null;
  return (
    <div className="flex min-w-0 items-baseline gap-2">
      <Link href={`/images/${image.id}?run=${run.id}`} className="truncate font-medium hover:underline">
        {image.name}
      </Link>
      <span className="truncate text-xs whitespace-nowrap text-muted">
        {presetTitle(run.configuration)}, {formatInstant(run.createdAt)}
      </span>
    </div>
  );
}

function Loaded({ operations, mayOperate }: { operations: Operations; mayOperate: boolean }) {
  const run = useStore(operations.store, (value) => value.run);
  if (!run) return null;
  const over = END_STATES.includes(run.state);
  return (
    <>
      <div className="flex min-h-8 flex-wrap items-center gap-x-5 gap-y-2">
        <h1 className="text-xl font-semibold tracking-tight">Run</h1>
        <RunBadge state={run.state} />
        {run.reason && <p className="min-w-0 flex-1 text-sm text-warn">{run.reason}</p>}
        {!over && run.concurrency.reason && <p className="text-sm text-warn">{run.concurrency.reason}</p>}
        <div className="ml-auto flex flex-wrap items-center justify-end gap-x-4 gap-y-2">
          <Link href={`/runs/${run.id}/report`} className="text-sm font-medium text-accent hover:underline">
            Report
          </Link>
          <Link href={`/runs/${run.id}/evaluation`} className="text-sm font-medium text-accent hover:underline">
            Evaluation
          </Link>
          {mayOperate && !over && <ConcurrencyControl key={run.id} run={run} />}
          {mayOperate && <RunControls run={run} failed={run.tiles.failed} />}
        </div>
      </div>
      <ReplayBar operations={operations} />
      <Figures operations={operations} />
      <TileMap operations={operations} mayRetry={mayOperate} />
      <Charts operations={operations} />
      <FailedTiles operations={operations} mayRetry={mayOperate} />
      <RunFacts run={run} />
    </>
  );
}
