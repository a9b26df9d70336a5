import { END_STATES, type Run } from "#lib/core/detection/run.ts";
import { listCollections } from "../api/collections.ts";
import { sentence } from "../api/http.ts";
import { type LiveEvent, listen } from "../api/live.ts";
import { listRunsPage, readRun } from "../api/runs.ts";
import { oneAtATimeEach } from "../runs/one-at-a-time.ts";
import { reloadSoon } from "../state/reload-soon.ts";
import { createStore } from "../state/store.ts";
import { createPace } from "./pace.ts";
import { type RunFilter, readFilter } from "./run-filter.ts";

export type RunOverviewState = {
  runs: readonly Run[];
  /** Tiles a second of runs that go on, by id. */
  rates: ReadonlyMap<string, number>;
  collections: readonly { id: string; name: string }[];
  nextCursor: string | null;
  filter: RunFilter;
  state: "loading" | "ready" | "failed";
  error: string | null;
  connected: boolean;
};

/** The data of the overview of runs, kept in step with the server by its events. */
export type RunOverview = ReturnType<typeof createRunOverview>;

/** Makes the overview of runs; nothing is read before `start`. */
export function createRunOverview() {
  const store = createStore<RunOverviewState>({
    runs: [],
    rates: new Map(),
    collections: [],
    nextCursor: null,
    filter: readFilter(""),
    state: "loading",
    error: null,
    connected: true,
  });
  const set = (change: Partial<RunOverviewState>): void => store.update((value) => ({ ...value, ...change }));
  const paces = new Map<string, ReturnType<typeof createPace>>();
  let load = new AbortController();

  async function reload(): Promise<void> {
    load.abort();
    load = new AbortController();
    const { signal } = load;
    try {
      const page = await listRunsPage(store.get().filter, null, signal);
      set({ runs: page.items, nextCursor: page.nextCursor, state: "ready", error: null });
    } catch (error) {
      if (!signal.aborted) set({ state: "failed", error: sentence(error) });
    }
  }

  const reloading = reloadSoon(reload);

  function change(runId: string, part: (run: Run) => Partial<Run>): void {
    store.update((value) => ({
      ...value,
      runs: value.runs.map((run) => (run.id === runId ? { ...run, ...part(run) } : run)),
    }));
  }

  const refresh = oneAtATimeEach(async (runId: string) => {
    try {
      const run = await readRun(runId, load.signal);
      change(runId, () => run);
    } catch {
      // Its next event, or the next look at the page, brings it up to date.
    }
  });

  function notePace(runId: string, finished: number): void {
    const pace = paces.get(runId) ?? createPace();
    paces.set(runId, pace);
    pace.note(finished, performance.now());
    const perSecond = pace.perSecond();
    if (perSecond !== null) set({ rates: new Map(store.get().rates).set(runId, perSecond) });
  }

  function onEvent({ event, runId }: LiveEvent): void {
    if (runId === null) return;
    const { runs, filter } = store.get();
    const known = runs.find((run) => run.id === runId);
    if (event.kind === "run") {
      if (!known || (filter.state !== null && event.state !== filter.state)) {
        reloading.wish();
        return;
      }
      change(runId, () => ({ state: event.state, reason: event.reason }));
      if (END_STATES.includes(event.state)) paces.delete(runId);
      refresh(runId);
    } else if (event.kind === "limit") {
      const { cap, inForce, phase, reason } = event;
      change(runId, () => ({ concurrency: { cap, inForce, phase, reason } }));
    } else if (event.kind === "progress") {
      change(runId, () => ({ tiles: event.tiles, throttled: event.throttled }));
      notePace(runId, event.tiles.done);
    }
  }

  return {
    store,
    reload,
    /** Shows other runs, or in another order. */
    show(part: Partial<RunFilter>): void {
      set({ filter: { ...store.get().filter, ...part } });
      void reload();
    },
    async more(): Promise<void> {
      const { nextCursor, filter } = store.get();
      if (nextCursor === null) return;
      const page = await listRunsPage(filter, nextCursor, load.signal);
      store.update((value) => {
        const known = new Set(value.runs.map(({ id }) => id));
        return {
          ...value,
          runs: [...value.runs, ...page.items.filter(({ id }) => !known.has(id))],
          nextCursor: page.nextCursor,
        };
      });
    },
    /** Follows the server until the returned function is called, beginning with the runs that `search` (of the address) asks for. */
    start: (search: string): (() => void) => {
      set({ filter: readFilter(search) });
      const stop = listen("/api/v1/runs/events", false, {
        onEvent,
        onFresh: () => void reload(),
        onConnection: (connected) => set({ connected }),
      });
      listCollections().then(
        (collections) => set({ collections }),
        () => undefined,
      );
      return () => {
        stop();
        load.abort();
        reloading.stop();
      };
    },
  };
}
