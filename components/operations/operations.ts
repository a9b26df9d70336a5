import type { Image } from "#lib/core/detection/image.ts";
import type { Run, Tile } from "#lib/core/detection/run.ts";
import type { Rectangle } from "#lib/core/geometry/region.ts";
import { ApiProblem, sentence } from "../api/http.ts";
import { readImage } from "../api/images.ts";
import { type LiveEvent, listen } from "../api/live.ts";
import { readHistory, readLedger, readRun } from "../api/runs.ts";
import { HEAT_MODES } from "../runs/heat.ts";
import { oneAtATime } from "../runs/one-at-a-time.ts";
import { createStore } from "../state/store.ts";
import { createReplay, type Replay } from "./replay.ts";

/** What the cells of the tile map show. */
export const MAP_MODES = ["state", ...HEAT_MODES] as const;
export type MapMode = (typeof MAP_MODES)[number];

export type OperationsState = {
  run: Run | null;
  image: Image | null;
  loading: boolean;
  failure: { title: string; text: string } | null;
  connected: boolean;
  /** Milliseconds since 1970 that the page shows; null: now, as it happens. */
  shownAt: number | null;
  mode: MapMode;
  /** The page of the picture that the map shows; null: the first of the run. */
  page: number | null;
  selected: number | null;
  /** What was drawn on the map, level-0 pixels of the page: its tiles are looked at together. */
  region: Rectangle | null;
  /** Rises with everything that changes tiles or figures, a few times a second at most. */
  revision: number;
};

/** Which page of the picture the map shows. */
export const shownPage = ({ page, run }: Pick<OperationsState, "page" | "run">): number =>
  page ?? run?.configuration.pages[0] ?? 0;

/** The page's data: the run, the places of its tiles, and its life, kept in step with the server. */
export type Operations = ReturnType<typeof createOperations>;

/** Events after which the run itself is another. */
const CHANGES_RUN: ReadonlySet<string> = new Set(["run", "limit", "scene"]);
/** So often at most what happens is drawn. */
const REDRAW_MS = 250;

/** Makes the data of the page of one run; nothing is read before `start`. */
export function createOperations(runId: string) {
  const store = createStore<OperationsState>({
    run: null,
    image: null,
    loading: true,
    failure: null,
    connected: true,
    shownAt: null,
    mode: "state",
    page: null,
    selected: null,
    region: null,
    revision: 0,
  });
  const set = (change: Partial<OperationsState>): void => store.update((value) => ({ ...value, ...change }));
  let places: readonly Tile[] = [];
  let replay: Replay = createReplay(0);
  let waiting: LiveEvent[] | null = null;
  let load = new AbortController();
  let timer: ReturnType<typeof setTimeout> | null = null;

  function touch(): void {
    timer ??= setTimeout(() => {
      timer = null;
      store.update((value) => ({ ...value, revision: value.revision + 1 }));
    }, REDRAW_MS);
  }

  async function reload(): Promise<void> {
    load.abort();
    load = new AbortController();
    const { signal } = load;
    // What happens while the past is being read comes after it.
    waiting = [];
    try {
      const run = await readRun(runId, signal);
      const image = await readImage(run.imageId, signal);
      const tiles: Tile[] = [];
      await readLedger(runId, (page) => tiles.push(...page), signal);
      const life = createReplay(tiles.length);
      await readHistory(
        runId,
        (items) => {
          for (const { at, event } of items) life.add({ at: Date.parse(at), event });
        },
        signal,
      );
      places = tiles;
      replay = life;
      const last = life.span?.to ?? 0;
      const meanwhile = waiting;
      for (const event of meanwhile) if (event.at !== null && Date.parse(event.at) > last) take(event);
      set({ run, image, loading: false, failure: null });
      touch();
      // The run was read first: what changed it since has not been seen.
      if (meanwhile.some(({ event }) => CHANGES_RUN.has(event.kind))) refreshRun(undefined);
    } catch (error) {
      if (signal.aborted) return;
      const gone = error instanceof ApiProblem && error.status === 404;
      const title = gone ? "There is no such run" : "The run could not be read";
      const text = gone ? "Its picture has been deleted, or it is not shared with you." : sentence(error);
      set({ loading: false, failure: { title, text } });
    } finally {
      if (!signal.aborted) waiting = null;
    }
  }

  function take({ event, at }: LiveEvent): void {
    if (event.kind !== "findings") replay.add({ at: at === null ? Date.now() : Date.parse(at), event });
    touch();
  }

  /** Reads the run again; where that is under way, once more after it, so that no older answer comes last. */
  const refreshRun = oneAtATime<undefined>(async () => {
    try {
      set({ run: await readRun(runId, load.signal) });
    } catch {
      // The next event brings it up to date.
    }
  });

  function onEvent(live: LiveEvent): void {
    if (waiting) {
      waiting.push(live);
      return;
    }
    take(live);
    const { event } = live;
    if (event.kind === "limit") {
      const { cap, inForce, phase, reason } = event;
      store.update((value) => ({
        ...value,
        run: value.run && { ...value.run, concurrency: { cap, inForce, phase, reason } },
      }));
    }
    if (event.kind === "run") {
      const planned = event.tilesTotal !== null && event.tilesTotal !== places.length;
      if (planned) void reload();
      else refreshRun(undefined);
    }
    if (event.kind === "scene") refreshRun(undefined);
  }

  return {
    store,
    reload,
    set,
    /** Shows another page on the map. */
    turnTo: (page: number): void => set({ page, selected: null, region: null }),
    /** Marks a tile on the map, on its page. */
    select(tile: number | null): void {
      const place = tile === null ? undefined : places[tile];
      set({ selected: tile, region: null, ...(place && !place.wholePicture && { page: place.page }) });
    },
    /** Places of the tiles, in order of index. */
    places: (): readonly Tile[] => places,
    replay: (): Replay => replay,
    /** Follows the server until the returned function is called. */
    start: (): (() => void) => {
      const stop = listen(`/api/v1/runs/${runId}/events`, true, {
        onEvent,
        onFresh: () => void reload(),
        onConnection: (connected) => set({ connected }),
      });
      void reload();
      return () => {
        stop();
        load.abort();
        if (timer) clearTimeout(timer);
      };
    },
  };
}
