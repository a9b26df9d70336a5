import type { TesseraEvent } from "#lib/core/detection/events.ts";
import { MARKS, type Mark, markOf } from "#lib/core/detection/tile-mark.ts";
import { stepOf } from "../runs/histogram.ts";

type TileEvent = Extract<TesseraEvent, { kind: "tile" }>;

/** A tile as it stood at some time. Milliseconds of its last attempt that ended; null before one did. */
export type TileNow = {
  mark: Mark;
  attempts: number;
  retries: number;
  latencyMs: number | null;
  queueMs: number | null;
  modelMs: number | null;
  tokens: number;
  cost: number | null;
  error: string | null;
};

/** A tile that nothing has happened to yet. */
const FRESH: TileNow = {
  mark: "pending",
  attempts: 0,
  retries: 0,
  latencyMs: null,
  queueMs: null,
  modelMs: null,
  tokens: 0,
  cost: null,
  error: null,
};

/** Rows that there is room for at first. */
const ROOM = 1024;

/**
 * Everything that happened to tiles, in columns: each row is a tile as it stood from then on, with the row before it, so that going back
 * in time is as cheap as going on. NaN stands for null.
 */
export type TileLog = ReturnType<typeof createTileLog>;

/** Makes an empty log of `tiles` tiles. */
export function createTileLog(tiles: number) {
  let room = ROOM;
  let length = 0;
  let rows = makeRows(room);
  /** The last row of each tile so far; -1: none. */
  const latest = new Int32Array(tiles).fill(-1);
  const errors: string[] = [];
  const errorIds = new Map<string, number>();

  function errorId(error: string | null): number {
    if (error === null) return -1;
    const known = errorIds.get(error);
    if (known !== undefined) return known;
    errorIds.set(error, errors.length);
    return errors.push(error) - 1;
  }

  /** Appends a row of a tile that begins as a copy of its last one; -1 where there is no such tile. */
  function append(tile: number, at: number): number {
    if (tile < 0 || tile >= tiles) return -1;
    if (length === room) {
      room *= 2;
      rows = widen(rows);
    }
    const row = length++;
    const before = latest[tile] ?? -1;
    rows.at[row] = at;
    rows.tile[row] = tile;
    rows.before[row] = before;
    if (before >= 0) copyRow(rows, before, row);
    else for (const column of [rows.latencyMs, rows.queueMs, rows.modelMs, rows.cost]) column[row] = Number.NaN;
    rows.error[row] = before < 0 ? -1 : (rows.error[before] ?? -1);
    latest[tile] = row;
    return row;
  }

  return {
    tiles,
    get length() {
      return length;
    },
    /** The columns as they are now: asked for anew after each append, as growing moves them. */
    get rows() {
      return rows;
    },
    /** Notes that tiles were taken up. */
    claim(indexes: readonly number[], at: number): void {
      for (const tile of indexes) {
        const row = append(tile, at);
        if (row >= 0) rows.mark[row] = MARKS.indexOf("running");
      }
    },
    /** Notes what an event says of its tile. */
    note(event: TileEvent, at: number): void {
      const row = append(event.index, at);
      if (row < 0) return;
      const mark = markOf(event);
      rows.mark[row] = MARKS.indexOf(mark);
      rows.refused[row] = event.throttled ? 1 : 0;
      rows.attempts[row] = event.attempts;
      if (mark === "throttled" || mark === "retrying") rows.retries[row] = (rows.retries[row] ?? 0) + 1;
      rows.latencyMs[row] = event.latencyMs ?? Number.NaN;
      rows.queueMs[row] = event.queueMs ?? Number.NaN;
      rows.modelMs[row] = event.modelMs ?? Number.NaN;
      // Of all attempts, which an event tells of one by one.
      rows.tokens[row] = (rows.tokens[row] ?? 0) + event.tokens;
      if (event.cost !== null) rows.cost[row] = (orNull(rows.cost[row]) ?? 0) + event.cost;
      rows.error[row] = errorId(event.error);
      rows.latencyStep[row] = stepOf(event.latencyMs ?? 0);
      rows.queueStep[row] = stepOf(event.queueMs ?? 0);
      rows.modelStep[row] = stepOf(event.modelMs ?? 0);
      rows.costStep[row] = stepOf(orNull(rows.cost[row]) ?? rows.tokens[row] ?? 0);
    },
    /** How many rows there are up to and including `at`. */
    countUpTo(at: number): number {
      let [low, high] = [0, length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((rows.at[middle] ?? 0) <= at) low = middle + 1;
        else high = middle;
      }
      return low;
    },
    errorOf: (row: number): string | null => errors[rows.error[row] ?? -1] ?? null,
    /** The tile as a row has it; fresh where `row` is -1. */
    tileAt(row: number): TileNow {
      if (row < 0) return FRESH;
      return {
        mark: MARKS[rows.mark[row] ?? 0] ?? "pending",
        attempts: rows.attempts[row] ?? 0,
        retries: rows.retries[row] ?? 0,
        latencyMs: orNull(rows.latencyMs[row]),
        queueMs: orNull(rows.queueMs[row]),
        modelMs: orNull(rows.modelMs[row]),
        tokens: rows.tokens[row] ?? 0,
        cost: orNull(rows.cost[row]),
        error: errors[rows.error[row] ?? -1] ?? null,
      };
    },
  };
}

const orNull = (value: number | undefined): number | null =>
  value === undefined || Number.isNaN(value) ? null : value;

type Rows = ReturnType<typeof makeRows>;

function makeRows(room: number) {
  return {
    /** Milliseconds since 1970. */
    at: new Float64Array(room),
    tile: new Int32Array(room),
    /** Position in `MARKS`. */
    mark: new Uint8Array(room),
    /** 1 where the provider refused it for now. */
    refused: new Uint8Array(room),
    attempts: new Int32Array(room),
    retries: new Int32Array(room),
    tokens: new Int32Array(room),
    latencyMs: new Float64Array(room),
    queueMs: new Float64Array(room),
    modelMs: new Float64Array(room),
    /** US dollars. */
    cost: new Float64Array(room),
    error: new Int32Array(room),
    /** Where they fall in a histogram; the step of the cost is that of the tokens where no price is known. */
    latencyStep: new Uint16Array(room),
    queueStep: new Uint16Array(room),
    modelStep: new Uint16Array(room),
    costStep: new Uint16Array(room),
    /** The row of the same tile before this one; -1: none. */
    before: new Int32Array(room),
  };
}

/** What a tile keeps from one row to its next. */
function copyRow(rows: Rows, from: number, to: number): void {
  const { attempts, retries, tokens, latencyMs, queueMs, modelMs, cost } = rows;
  for (const column of [attempts, retries, tokens]) column[to] = column[from] ?? 0;
  for (const column of [latencyMs, queueMs, modelMs, cost]) column[to] = column[from] ?? Number.NaN;
  const { latencyStep, queueStep, modelStep, costStep } = rows;
  for (const column of [latencyStep, queueStep, modelStep, costStep]) column[to] = column[from] ?? 0;
}

function widen(rows: Rows): Rows {
  const wide = makeRows(rows.at.length * 2);
  wide.at.set(rows.at);
  wide.tile.set(rows.tile);
  wide.mark.set(rows.mark);
  wide.refused.set(rows.refused);
  wide.attempts.set(rows.attempts);
  wide.retries.set(rows.retries);
  wide.tokens.set(rows.tokens);
  wide.latencyMs.set(rows.latencyMs);
  wide.queueMs.set(rows.queueMs);
  wide.modelMs.set(rows.modelMs);
  wide.cost.set(rows.cost);
  wide.error.set(rows.error);
  wide.latencyStep.set(rows.latencyStep);
  wide.queueStep.set(rows.queueStep);
  wide.modelStep.set(rows.modelStep);
  wide.costStep.set(rows.costStep);
  wide.before.set(rows.before);
  return wide;
}
