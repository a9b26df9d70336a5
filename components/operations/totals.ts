import { MARKS, type Mark } from "#lib/core/detection/tile-mark.ts";
import { HEAT_MODES, type HeatMode, heatOf } from "../runs/heat.ts";
import { createHistogram, type Histogram } from "../runs/histogram.ts";
import type { TileLog } from "./tile-log.ts";

const DONE = MARKS.indexOf("done");

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
  const totals = { counts, heat, done, retries: 0, tokens: 0, cost: 0, priced: 0 };

  /** `sign` 1 adds the tile as `row` has it, -1 takes it away. */
  function shift(row: number, sign: 1 | -1): void {
    const { rows } = log;
    const mark = row < 0 ? 0 : (rows.mark[row] ?? 0);
    counts[MARKS[mark] ?? "pending"] += sign;
    if (row < 0) return;
    totals.retries += sign * (rows.retries[row] ?? 0);
    totals.tokens += sign * (rows.tokens[row] ?? 0);
    const cost = rows.cost[row] ?? Number.NaN;
    if (!Number.isNaN(cost)) {
      totals.cost += sign * cost;
      totals.priced += sign;
    }
    if (mark === DONE) {
      move(done.latencyMs, rows.latencyMs[row], sign);
      move(done.queueMs, rows.queueMs[row], sign);
      move(done.modelMs, rows.modelMs[row], sign);
    }
    for (const mode of HEAT_MODES) move(heat[mode], heatOfRow(log, mode, row), sign);
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

function move(histogram: Histogram, value: number | null | undefined, sign: 1 | -1): void {
  if (value === null || value === undefined || Number.isNaN(value)) return;
  if (sign === 1) histogram.add(value);
  else histogram.remove(value);
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
