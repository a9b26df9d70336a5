"use client";

import Link from "next/link";
import { useEffect, useState } from "react";
import { END_STATES, RUN_STATES, type Run, type RunState } from "#lib/core/detection/run.ts";
import { formatCost, formatSeconds } from "#lib/core/quantities.ts";
import { progressOf } from "../runs/ledger.ts";
import { presetTitle } from "../runs/preset-title.ts";
import { RunBadge } from "../runs/run-badge.tsx";
import { Header, type Viewer } from "../shell/header.tsx";
import { useStore } from "../state/store.ts";
import { Button } from "../ui/button.tsx";
import { formatCount, formatInstant } from "../ui/format.ts";
import { ProgressBar } from "../ui/progress-bar.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { createRunOverview } from "./run-overview.ts";

/** All runs of all pictures, newest first, as they go on. */
export function RunsPage({ viewer }: { viewer: Viewer }) {
  const [overview] = useState(createRunOverview);
  const { runs, names, state, error, only, more } = useStore(overview.store, (value) => ({
    runs: value.runs,
    names: value.names,
    state: value.state,
    error: value.error,
    only: value.only,
    more: value.nextCursor !== null,
  }));
  useEffect(() => overview.start(), [overview]);
  return (
    <div className="flex min-h-dvh flex-col bg-canvas">
      <Header viewer={viewer} />
      <main className="mx-auto w-full max-w-[88rem] flex-1 px-6 py-6">
        <div className="mb-5 flex flex-wrap items-center gap-4">
          <h1 className="text-xl font-semibold tracking-tight">Runs</h1>
          <label className="flex items-center gap-2 text-sm text-muted">
            Show
            <select
              value={only ?? ""}
              onChange={(event) => overview.show(RUN_STATES.find((each) => each === event.target.value) ?? null)}
              className="h-8 rounded-md border border-line bg-raised px-2 text-ink"
            >
              <option value="">all</option>
              {RUN_STATES.map((each: RunState) => (
                <option key={each} value={each}>
                  {each}
                </option>
              ))}
            </select>
          </label>
        </div>
        {state === "failed" && <p role="alert">{error}</p>}
        {state === "loading" && <Spinner label="Reading the runs" />}
        {state === "ready" && runs.length === 0 && (
          <p className="text-muted">{only ? `No run is ${only}.` : "Nothing has been analysed yet."}</p>
        )}
        {runs.length > 0 && (
          <div className="overflow-x-auto rounded-lg border border-line bg-panel">
            <table className="w-full text-left text-sm tabular-nums">
              <thead className="border-b border-line text-xs text-muted">
                <tr>
                  {["Picture", "State", "Tiles", "Failed", "Findings", "Model", "Cost", "Time", "Started"].map(
                    (head) => (
                      <th key={head} scope="col" className="px-3 py-2 font-medium">
                        {head}
                      </th>
                    ),
                  )}
                </tr>
              </thead>
              <tbody>
                {runs.map((run) => (
                  <Row key={run.id} run={run} name={names.get(run.imageId) ?? "…"} />
                ))}
              </tbody>
            </table>
          </div>
        )}
        {more && (
          <Button className="mt-4" onClick={() => void overview.more()}>
            Show more
          </Button>
        )}
      </main>
    </div>
  );
}

function Row({ run, name }: { run: Run; name: string }) {
  const { done, failed } = run.tiles;
  const { total, fraction } = progressOf(run.tiles, null);
  const over = END_STATES.includes(run.state);
  return (
    <tr className="border-b border-line last:border-0 hover:bg-hover">
      <td className="max-w-64 px-3 py-2">
        <Link href={`/runs/${run.id}`} className="block truncate font-medium hover:underline">
          {name}
        </Link>
        <span className="text-xs text-muted">{presetTitle(run.configuration.preset)}</span>
      </td>
      <td className="px-3 py-2">
        <RunBadge state={run.state} />
      </td>
      <td className="w-44 px-3 py-2">
        <span className="block text-xs">
          {formatCount(done)} of {formatCount(total)}
        </span>
        {!over && <ProgressBar name={`Progress of ${name}`} fraction={total === 0 ? null : fraction} />}
      </td>
      <td className={`px-3 py-2 ${failed > 0 ? "font-medium text-bad" : "text-muted"}`}>{formatCount(failed)}</td>
      <td className="px-3 py-2">{formatCount(run.findings)}</td>
      <td className="max-w-48 truncate px-3 py-2 text-xs">{run.configuration.model}</td>
      <td className="px-3 py-2 text-xs">{run.cost === null ? "–" : formatCost(run.cost)}</td>
      <td className="px-3 py-2 text-xs">
        {run.startedAt && run.finishedAt
          ? formatSeconds((Date.parse(run.finishedAt) - Date.parse(run.startedAt)) / 1000)
          : "–"}
      </td>
      <td className="px-3 py-2 text-xs whitespace-nowrap text-muted">{formatInstant(run.createdAt)}</td>
    </tr>
  );
}
