import { MARKS, type Mark } from "#lib/core/detection/tile-mark.ts";
import { isBackground } from "#lib/core/tiling/background.ts";
import { type HeatMode, heatOf, retryHeat } from "../runs/heat.ts";
import { createHistogram, type Histogram } from "../runs/histogram.ts";
import type { TileLog } from "./tile-log.ts";

const DONE = MARKS.indexOf("done");
const MISSING: readonly number[] = [MARKS.indexOf("failed"), MARKS.indexOf("skipped")];

/** Makes the totals of tiles that all are fresh. A tile that changes is taken away as it was and added as it is. */
export function createTotals(log: TileLog) {
  const counts: Record<Mark, number> = {
    pending: log.tiles,
    running: 0,
    throttled: 0,
    retrying: 0,
    done: 0,
    failed: 0,
    skipped: 0,
  };
  const heat: Record<HeatMode, Histogram> = {
    latency: createHistogram(),
    retries: createHistogram(),
    cost: createHistogram(),
  };
  const done = { latencyMs: createHistogram(), queueMs: createHistogram(), modelMs: createHistogram() };
  /** Tiles that have failed, or were skipped though they may hold something. */
  const missing = new Set<number>();
  const totals = { counts, heat, done, missing, retries: 0, tokens: 0, cost: 0, priced: 0 };

  /** `sign` 1 adds the tile as `row` has it, -1 takes it away. */
  function shift(row: number, sign: 1 | -1): void {
    const { rows } = log;
    const mark = row < 0 ? 0 : (rows.mark[row] ?? 0);
    counts[MARKS[mark] ?? "pending"] += sign;
    if (row < 0) return;
    if (MISSING.includes(mark) && !isBackground(log.errorOf(row))) {
      if (sign === 1) missing.add(rows.tile[row] ?? 0);
      else missing.delete(rows.tile[row] ?? 0);
    }
    totals.retries += sign * (rows.retries[row] ?? 0);
    totals.tokens += sign * (rows.tokens[row] ?? 0);
    const cost = rows.cost[row] ?? Number.NaN;
    if (!Number.isNaN(cost)) {
      totals.cost += sign * cost;
      totals.priced += sign;
    }
    if (mark === DONE) {
      move(done.latencyMs, rows.latencyMs[row], rows.latencyStep[row], sign);
      move(done.queueMs, rows.queueMs[row], rows.queueStep[row], sign);
      move(done.modelMs, rows.modelMs[row], rows.modelStep[row], sign);
    }
    move(heat.latency, rows.latencyMs[row], rows.latencyStep[row], sign);
    move(heat.retries, retryHeat(rows.attempts[row] ?? 0), undefined, sign);
    const spent = Number.isNaN(cost) ? rows.tokens[row] || null : cost;
    move(heat.cost, spent, rows.costStep[row], sign);
  }

  return {
    totals,
    /** A tile goes from one row of the log to another; -1 is fresh. */
    change(from: number, to: number): void {
      shift(from, -1);
      shift(to, 1);
    },
  };
}

type Value = number | null | undefined;

function move(histogram: Histogram, value: Value, step: number | undefined, sign: 1 | -1): void {
  if (value === null || value === undefined || Number.isNaN(value)) return;
  if (sign === 1) histogram.add(value, step);
  else histogram.remove(value, step);
}

/** What a heat map measures of the tile as a row has it; null where it has nothing to show. */
export function heatOfRow(log: TileLog, mode: HeatMode, row: number): number | null {
  if (row < 0) return null;
  const { rows } = log;
  const latency = rows.latencyMs[row] ?? Number.NaN;
  const cost = rows.cost[row] ?? Number.NaN;
  return heatOf(mode, {
    attempts: rows.attempts[row] ?? 0,
    latencyMs: Number.isNaN(latency) ? null : latency,
    tokens: rows.tokens[row] ?? 0,
    cost: Number.isNaN(cost) ? null : cost,
  });
}
