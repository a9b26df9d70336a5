import type { Collection } from "#lib/core/api/collections.ts";
import type { Image } from "#lib/core/detection/image.ts";
import { END_STATES, type Run } from "#lib/core/detection/run.ts";
import { listCollections } from "../api/collections.ts";
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
  /** In order of name. */
  collections: readonly Collection[];
  /** The collection whose pictures are shown; null: all of them. */
  collection: string | null;
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
    collections: [],
    collection: null,
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
      const { search: q, collection } = store.get();
      const [page, runs, collections] = await Promise.all([
        listImages({ q, collection, signal }),
        listLatestRuns(signal),
        listCollections(signal),
      ]);
      const lastRuns = new Map<string, Run>();
      for (const run of runs) if (!lastRuns.has(run.imageId)) lastRuns.set(run.imageId, run);
      set({ images: page.items, nextCursor: page.nextCursor, lastRuns, collections, state: "ready", error: null });
    } catch (error) {
      if (!signal.aborted) set({ state: "failed", error: sentence(error) });
    }
  }

  function put(image: Image): void {
    store.update((value) => {
      const known = value.images.some((each) => each.id === image.id);
      const belongs = value.collection === null || image.collectionId === value.collection;
      if (!belongs) return { ...value, images: value.images.filter((each) => each.id !== image.id) };
      const images = known
        ? value.images.map((each) => (each.id === image.id ? image : each))
        : [image, ...value.images];
      return { ...value, images };
    });
  }

  async function refreshImage(id: string): Promise<void> {
    try {
      const isNew = !store.get().images.some((each) => each.id === id);
      put(await readImage(id, load.signal));
      if (isNew) await recount();
    } catch {
      // Its next event, or the next look at the page, brings it up to date.
    }
  }

  /** Reads the collections anew, with how many pictures each has. */
  async function recount(): Promise<void> {
    try {
      set({ collections: await listCollections(load.signal) });
    } catch {
      // The next look at the page counts them.
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
    /** Shows the pictures of a collection, or with null all of them. */
    choose(collection: string | null): void {
      set({ collection, images: [], nextCursor: null, state: "loading" });
      void reload();
    },
    recount,
    async more(): Promise<void> {
      const { nextCursor, search, collection } = store.get();
      if (nextCursor === null) return;
      const page = await listImages({ q: search, collection, cursor: nextCursor, signal: load.signal });
      store.update((value) => ({ ...value, images: [...value.images, ...page.items], nextCursor: page.nextCursor }));
    },
    /** Follows the server until the returned function is called, beginning with the pictures of `collection`, or with all of them. */
    start: (collection: string | null): (() => void) => {
      set({ collection });
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
