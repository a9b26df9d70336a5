import type { TesseraEvent } from "#lib/core/detection/events.ts";
import { TILE_STATES, type Tile, type TileCounts, type TileState } from "#lib/core/detection/run.ts";

type TileEvent = Extract<TesseraEvent, { kind: "tile" }>;
export type LedgerTile = Pick<
  Tile,
  | "index"
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
export const isMissing = (state: TileState, over: boolean): boolean =>
  state === "failed" || state === "skipped" || (over && state !== "done");

/** Makes an empty ledger. */
export function createLedger() {
  const tiles = new Map<number, LedgerTile>();
  const counts: TileCounts = { pending: 0, running: 0, done: 0, failed: 0, skipped: 0 };
  let finishedAt: number[] = [];
  let throttled = 0;
  let revision = 0;

  function change(index: number, changes: Partial<LedgerTile> & { state: TileState; error: string | null }): void {
    const tile = tiles.get(index);
    if (!tile) return;
    counts[tile.state] -= 1;
    counts[changes.state] += 1;
    tiles.set(index, { ...tile, ...changes });
  }

  return {
    get revision() {
      return revision;
    },
    get throttled() {
      return throttled;
    },
    counts: (): TileCounts => ({ ...counts }),
    tiles: (): IterableIterator<[number, LedgerTile]> => tiles.entries(),
    /** Tiles that the findings lack, in order of index; of a run that is `over`, those that were never reached as well. */
    missing: (over: boolean): LedgerTile[] =>
      [...tiles.values()].filter(({ state }) => isMissing(state, over)).sort((a, b) => a.index - b.index),
    get: (index: number): LedgerTile | null => tiles.get(index) ?? null,

    /** Takes in a page of the server's ledger. */
    load(page: readonly Tile[]): void {
      for (const tile of page) {
        const held = tiles.get(tile.index);
        if (held) counts[held.state] -= 1;
        counts[tile.state] += 1;
        tiles.set(tile.index, tile);
      }
      revision += 1;
    },

    /** Takes in an event. `nowMs` is when it came. */
    apply(event: TileEvent, nowMs: number): void {
      const before = tiles.get(event.index)?.state;
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
      tiles.clear();
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
