import { END_STATES, type Run } from "#lib/core/detection/run.ts";
import { type LiveEvent, listen } from "../api/live.ts";
import { listRunsPage, readRun } from "../api/runs.ts";
import { progressOf } from "../runs/ledger.ts";
import { oneAtATimeEach } from "../runs/one-at-a-time.ts";
import { reloadSoon } from "../state/reload-soon.ts";
import { createStore } from "../state/store.ts";

/** The latest run of each picture of a collection, by picture; null until they are read. */
export type CollectionProgress = ReadonlyMap<string, Run> | null;

/** Runs that are read at most: of a collection with more, the oldest are not looked at. */
const MOST_RUNS = 1000;

const PAGE = 200;

/** Makes what follows the runs of a collection as they go on; nothing is read before `start`. */
export function followCollection(collectionId: string) {
  const store = createStore<CollectionProgress>(null);
  let load = new AbortController();

  async function reload(): Promise<void> {
    load.abort();
    load = new AbortController();
    const { signal } = load;
    const filter = { state: null, q: "", collection: collectionId, sort: "newest" } as const;
    const latest = new Map<string, Run>();
    let cursor: string | null = null;
    try {
      for (let seen = 0; seen < MOST_RUNS; ) {
        const page: Awaited<ReturnType<typeof listRunsPage>> = await listRunsPage(filter, cursor, signal, PAGE);
        for (const run of page.items) if (!latest.has(run.imageId)) latest.set(run.imageId, run);
        seen += page.items.length;
        cursor = page.nextCursor;
        if (cursor === null) break;
      }
      store.update(() => latest);
    } catch {
      // The next event, or the stream when it stands again, has them read anew.
    }
  }

  const reloading = reloadSoon(reload);

  function put(run: Run): void {
    store.update((runs) => {
      const known = runs?.get(run.imageId);
      return runs === null || known?.id !== run.id ? runs : new Map(runs).set(run.imageId, run);
    });
  }

  const refresh = oneAtATimeEach(async (runId: string) => {
    try {
      put(await readRun(runId, load.signal));
    } catch {
      // Its next event brings it up to date.
    }
  });

  function onEvent({ event, imageId, runId }: LiveEvent): void {
    if (imageId === null || runId === null || (event.kind !== "run" && event.kind !== "progress")) return;
    const known = store.get()?.get(imageId);
    if (known?.id !== runId) {
      if (event.kind === "run") reloading.wish();
    } else if (event.kind === "progress") put({ ...known, tiles: event.tiles, throttled: event.throttled });
    else {
      put({ ...known, state: event.state });
      if (END_STATES.includes(event.state)) refresh(runId);
    }
  }

  return {
    store,
    /** Follows the server until the returned function is called. */
    start: (): (() => void) => {
      const stop = listen("/api/v1/runs/events", false, {
        onEvent,
        onFresh: () => void reload(),
        onConnection: () => undefined,
      });
      return () => {
        stop();
        load.abort();
        reloading.stop();
      };
    },
  };
}

/** How far a collection is, in pictures by what became of their latest run; `fraction` of their tiles, each picture counting as much. */
export type Tally = { done: number; atWork: number; troubled: number; findings: number; fraction: number };

/** Counts pictures: `troubled` are those whose run failed, was cancelled or blocked, or lacks tiles. */
export function tallyOf(runs: readonly Pick<Run, "state" | "tiles" | "findings">[]): Tally {
  const tally: Tally = { done: 0, atWork: 0, troubled: 0, findings: 0, fraction: 0 };
  for (const { state, tiles, findings } of runs) {
    const isOver = END_STATES.includes(state);
    if (!isOver) tally.atWork++;
    else if (state === "completed") tally.done++;
    else tally.troubled++;
    tally.findings += findings;
    const { total, fraction } = progressOf(tiles, null);
    tally.fraction += (isOver ? 1 : total === 0 ? 0 : fraction) / runs.length;
  }
  return tally;
}
