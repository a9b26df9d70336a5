"use client";

import { useEffect, useState } from "react";
import { roleAllows } from "#lib/core/access/role.ts";
import { Header, type Viewer } from "../shell/header.tsx";
import { useStore } from "../state/store.ts";
import { Button } from "../ui/button.tsx";
import { rowsOf, Skeleton } from "../ui/skeleton.tsx";
import { writeFilter } from "./run-filter.ts";
import { RunFilters } from "./run-filters.tsx";
import { createRunOverview } from "./run-overview.ts";
import { RunTable } from "./run-table.tsx";

/** All runs of all pictures as they go on: found, sorted and steered. */
export function RunsPage({ viewer }: { viewer: Viewer }) {
  const [overview] = useState(createRunOverview);
  const { none, state, error, filter, more, connected } = useStore(overview.store, (value) => ({
    none: value.runs.length === 0,
    state: value.state,
    error: value.error,
    filter: value.filter,
    more: value.nextCursor !== null,
    connected: value.connected,
  }));
  const [followed, setFollowed] = useState(false);
  useEffect(() => {
    setFollowed(true);
    return overview.start(window.location.search);
  }, [overview]);
  // The address always says what is shown, so that a link brings another to the same.
  useEffect(() => {
    if (followed) window.history.replaceState(null, "", `${window.location.pathname}${writeFilter(filter)}`);
  }, [followed, filter]);
  const narrowed = filter.state !== null || filter.q !== "" || filter.collection !== null;
  return (
    <div className="flex min-h-dvh flex-col bg-canvas">
      <Header viewer={viewer} />
      <main className="mx-auto w-full max-w-[96rem] flex-1 px-3 py-5 sm:px-6">
        <div className="mb-4 flex flex-wrap items-center gap-x-5 gap-y-2">
          <h1 className="text-xl font-semibold tracking-tight">Runs</h1>
          <RunFilters overview={overview} />
        </div>
        {!connected && (
          <p role="status" className="mb-3 rounded-md bg-warn-soft px-3 py-1.5 text-sm text-warn">
            The connection is lost; what you see may be old. It is being tried again.
          </p>
        )}
        {state === "failed" && (
          <div role="alert" className="flex items-center gap-3">
            <p>{error}</p>
            <Button onClick={() => void overview.reload()}>Try again</Button>
          </div>
        )}
        {state === "loading" && (
          <Skeleton label="Reading the runs" className="flex flex-col gap-2" blocks={rowsOf(6, "h-12")} />
        )}
        {state === "ready" && none && (
          <p className="text-muted">{narrowed ? "No run is like that." : "Nothing has been analysed yet."}</p>
        )}
        {!none && <RunTable overview={overview} mayOperate={roleAllows(viewer.role, "operator")} />}
        {more && (
          <Button className="mt-4" onClick={() => void overview.more()}>
            Show more
          </Button>
        )}
      </main>
    </div>
  );
}
