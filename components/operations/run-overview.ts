import type { Run, RunState } from "#lib/core/detection/run.ts";
import { sentence } from "../api/http.ts";
import { readImage } from "../api/images.ts";
import { listen } from "../api/live.ts";
import { listRunsPage } from "../api/runs.ts";
import { createStore } from "../state/store.ts";

type RunOverviewState = {
  runs: readonly Run[];
  /** Names of the pictures by id. */
  names: ReadonlyMap<string, string>;
  nextCursor: string | null;
  /** Only runs in this state; null: all. */
  only: RunState | null;
  state: "loading" | "ready" | "failed";
  error: string | null;
};

/** Makes the data of the overview of runs; nothing is read before `start`. */
export function createRunOverview() {
  const store = createStore<RunOverviewState>({
    runs: [],
    names: new Map(),
    nextCursor: null,
    only: null,
    state: "loading",
    error: null,
  });
  const set = (change: Partial<RunOverviewState>): void => store.update((value) => ({ ...value, ...change }));
  let load = new AbortController();

  async function learnNames(runs: readonly Run[]): Promise<void> {
    const unknown = [...new Set(runs.map((run) => run.imageId))].filter((id) => !store.get().names.has(id));
    const found = await Promise.all(
      unknown.map(
        async (id) =>
          [
            id,
            await readImage(id, load.signal).then(
              ({ name }) => name,
              () => "deleted",
            ),
          ] as const,
      ),
    );
    if (found.length > 0) set({ names: new Map([...store.get().names, ...found]) });
  }

  async function reload(): Promise<void> {
    load.abort();
    load = new AbortController();
    const { signal } = load;
    try {
      const page = await listRunsPage({ state: store.get().only, cursor: null }, signal);
      set({ runs: page.items, nextCursor: page.nextCursor, state: "ready", error: null });
      await learnNames(page.items);
    } catch (error) {
      if (!signal.aborted) set({ state: "failed", error: sentence(error) });
    }
  }

  return {
    store,
    show(only: RunState | null): void {
      set({ only, runs: [], state: "loading" });
      void reload();
    },
    async more(): Promise<void> {
      const { nextCursor, only } = store.get();
      if (nextCursor === null) return;
      const page = await listRunsPage({ state: only, cursor: nextCursor }, load.signal);
      store.update((value) => ({ ...value, runs: [...value.runs, ...page.items], nextCursor: page.nextCursor }));
      await learnNames(page.items);
    },
    /** Follows the server until the returned function is called. */
    start: (): (() => void) => {
      const stop = listen("/api/v1/images/events", false, {
        onEvent: ({ event }) => {
          if (event.kind === "run") void reload();
        },
        onFresh: () => void reload(),
        onConnection: () => undefined,
      });
      return () => {
        stop();
        load.abort();
      };
    },
  };
}
