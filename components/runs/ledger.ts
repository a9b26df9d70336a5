import type { TesseraEvent } from "#lib/core/detection/events.ts";
import { TILE_STATES, type Tile, type TileCounts } from "#lib/core/detection/run.ts";
import { isBackground } from "#lib/core/tiling/background.ts";
import { HEAT_MODES, type HeatMode, heatOf, heatTop } from "./heat.ts";
import { createHistogram, type Histogram } from "./histogram.ts";

type TileEvent = Extract<TesseraEvent, { kind: "tile" }>;

export type LedgerTile = Pick<
  Tile,
  | "index"
  | "page"
  | "x"
  | "y"
  | "width"
  | "height"
  | "wholePicture"
  | "state"
  | "attempts"
  | "latencyMs"
  | "tokens"
  | "cost"
  | "error"
>;

/** The tiles of one run as the page knows them: places for the grid, states for the counts, and how fast they are finished. */
export type Ledger = ReturnType<typeof createLedger>;

/** Rates are taken over this long. */
const RATE_WINDOW_MS = 20_000;

/** Whether the findings lack a tile in this state, and will, unless it is run again. */
export function isMissing({ state, error }: Pick<Tile, "state" | "error">, over: boolean): boolean {
  if (state === "skipped") return !isBackground(error);
  return state === "failed" || (over && state !== "done");
}

const emptyHeats = (): Record<HeatMode, Histogram> => ({
  latency: createHistogram(),
  retries: createHistogram(),
  cost: createHistogram(),
});

/** Makes an empty ledger. */
export function createLedger() {
  let tiles: (LedgerTile | undefined)[] = [];
  let heats = emptyHeats();
  const counts: TileCounts = { pending: 0, running: 0, done: 0, failed: 0, skipped: 0 };
  let finishedAt: number[] = [];
  let throttled = 0;
  let revision = 0;

  /** Puts a tile in the place of what was known of it. */
  function put(tile: LedgerTile): void {
    const held = tiles[tile.index];
    if (held) counts[held.state] -= 1;
    counts[tile.state] += 1;
    tiles[tile.index] = tile;
    if (tile.wholePicture) return;
    for (const mode of HEAT_MODES) {
      const [before, after] = [held ? heatOf(mode, held) : null, heatOf(mode, tile)];
      if (before !== null) heats[mode].remove(before);
      if (after !== null) heats[mode].add(after);
    }
  }

  function change(index: number, changes: Partial<LedgerTile>): void {
    const tile = tiles[index];
    if (tile) put({ ...tile, ...changes });
  }

  return {
    get revision() {
      return revision;
    },
    get throttled() {
      return throttled;
    },
    counts: (): TileCounts => ({ ...counts }),
    /** All tiles, each at its index; those not read yet are missing. */
    tiles: (): readonly (LedgerTile | undefined)[] => tiles,
    /** The heat that the top of the scale stands for. */
    heatTop: (mode: HeatMode): number => heatTop(heats[mode]),
    /** Tiles that the findings lack, in order of index; of a run that is `over`, those that were never reached as well. */
    missing: (over: boolean): LedgerTile[] =>
      tiles.filter((tile) => tile !== undefined).filter((tile) => isMissing(tile, over)),
    get: (index: number): LedgerTile | null => tiles[index] ?? null,

    /** Takes in a page of the server's ledger. */
    load(page: readonly Tile[]): void {
      for (const tile of page) put(tile);
      revision += 1;
    },

    /** Takes in an event. `nowMs` is when it came. */
    apply(event: TileEvent, nowMs: number): void {
      const before = tiles[event.index]?.state;
      const { state, error, attempts, latencyMs, tokens, cost } = event;
      change(event.index, { state, error, attempts, latencyMs, tokens, cost });
      if (event.throttled) throttled += 1;
      if (event.state === "done" && before !== "done") finishedAt.push(nowMs);
      finishedAt = finishedAt.filter((at) => nowMs - at <= RATE_WINDOW_MS);
      revision += 1;
    },

    /** Takes in that a worker has taken tiles up. */
    claim(indexes: readonly number[]): void {
      for (const index of indexes) change(index, { state: "running", error: null });
      revision += 1;
    },

    /** Tiles per second of late, null before two are done. */
    rate(): number | null {
      const first = finishedAt[0];
      const last = finishedAt.at(-1);
      if (first === undefined || last === undefined || last === first) return null;
      return ((finishedAt.length - 1) * 1000) / (last - first);
    },

    clear(): void {
      tiles = [];
      heats = emptyHeats();
      for (const state of TILE_STATES) counts[state] = 0;
      finishedAt = [];
      throttled = 0;
      revision += 1;
    },
  };
}

/** How far a run is, from its counts and its rate. */
export function progressOf(
  counts: TileCounts,
  ratePerSecond: number | null,
): { total: number; finished: number; fraction: number; secondsLeft: number | null } {
  const total = counts.pending + counts.running + counts.done + counts.failed + counts.skipped;
  const finished = counts.done + counts.failed + counts.skipped;
  const left = total - finished;
  return {
    total,
    finished,
    fraction: total === 0 ? 0 : finished / total,
    secondsLeft: ratePerSecond === null || ratePerSecond === 0 ? null : left / ratePerSecond,
  };
}
