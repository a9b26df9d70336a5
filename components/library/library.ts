import type { Image } from "#lib/core/detection/image.ts";
import { END_STATES, type Run } from "#lib/core/detection/run.ts";
import { sentence } from "../api/http.ts";
import { listImages, readImage } from "../api/images.ts";
import { type LiveEvent, listen } from "../api/live.ts";
import { listLatestRuns, readRun } from "../api/runs.ts";
import { createStore } from "../state/store.ts";

export type LibraryState = {
  images: readonly Image[];
  /** The latest run of each image that has one. */
  lastRuns: ReadonlyMap<string, Run>;
  nextCursor: string | null;
  search: string;
  state: "loading" | "ready" | "failed";
  error: string | null;
};

/** The library page's data, kept in step with the server by its events. */
export type Library = ReturnType<typeof createLibrary>;

/** Makes the library; nothing is read before `start`. */
export function createLibrary() {
  const store = createStore<LibraryState>({
    images: [],
    lastRuns: new Map(),
    nextCursor: null,
    search: "",
    state: "loading",
    error: null,
  });
  const set = (change: Partial<LibraryState>): void => store.update((value) => ({ ...value, ...change }));
  let load = new AbortController();

  async function reload(): Promise<void> {
    load.abort();
    load = new AbortController();
    const { signal } = load;
    try {
      const [page, runs] = await Promise.all([listImages({ q: store.get().search, signal }), listLatestRuns(signal)]);
      const lastRuns = new Map<string, Run>();
      for (const run of runs) if (!lastRuns.has(run.imageId)) lastRuns.set(run.imageId, run);
      set({ images: page.items, nextCursor: page.nextCursor, lastRuns, state: "ready", error: null });
    } catch (error) {
      if (!signal.aborted) set({ state: "failed", error: sentence(error) });
    }
  }

  function put(image: Image): void {
    store.update((value) => {
      const known = value.images.some((each) => each.id === image.id);
      const images = known
        ? value.images.map((each) => (each.id === image.id ? image : each))
        : [image, ...value.images];
      return { ...value, images };
    });
  }

  async function refreshImage(id: string): Promise<void> {
    try {
      put(await readImage(id, load.signal));
    } catch {
      // Its next event, or the next look at the page, brings it up to date.
    }
  }

  function onEvent({ event, imageId, runId }: LiveEvent): void {
    if (imageId === null) return;
    if (event.kind === "image") {
      const known = store.get().images.find((each) => each.id === imageId);
      if (!known || event.state !== "ingesting") void refreshImage(imageId);
      else put({ ...known, state: event.state, progress: event.progress, error: event.error });
    }
    if (event.kind === "run" && runId !== null) {
      const last = store.get().lastRuns.get(imageId);
      if (last?.id === runId && !END_STATES.includes(event.state)) setRun({ ...last, state: event.state });
      else void readRun(runId, load.signal).then(setRun, () => undefined);
    }
  }

  function setRun(run: Run): void {
    store.update((value) => ({ ...value, lastRuns: new Map(value.lastRuns).set(run.imageId, run) }));
  }

  return {
    store,
    reload,
    put,
    remove: (id: string): void =>
      store.update((value) => ({ ...value, images: value.images.filter((each) => each.id !== id) })),
    search(text: string): void {
      set({ search: text });
      void reload();
    },
    async more(): Promise<void> {
      const { nextCursor, search } = store.get();
      if (nextCursor === null) return;
      const page = await listImages({ q: search, cursor: nextCursor, signal: load.signal });
      store.update((value) => ({ ...value, images: [...value.images, ...page.items], nextCursor: page.nextCursor }));
    },
    /** Follows the server until the returned function is called. */
    start: (): (() => void) => {
      const stop = listen("/api/v1/images/events", false, {
        onEvent,
        onFresh: () => void reload(),
        onConnection: () => undefined,
      });
      void reload();
      return () => {
        stop();
        load.abort();
      };
    },
  };
}
