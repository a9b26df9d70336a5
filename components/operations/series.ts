import { quantile } from "../runs/quantile.ts";
import type { Happening } from "./replay.ts";

/** One stretch of a run's time. Milliseconds and rates; null where nothing ended in it. */
export type Bucket = {
  at: number;
  perSecond: number;
  p50: number | null;
  p95: number | null;
  queueMs: number | null;
  modelMs: number | null;
  throttled: number;
  cap: number | null;
  inForce: number | null;
};

/** Figures over time, from what happened between `from` and `to` (milliseconds since 1970), in `count` buckets of equal length. */
export function seriesOf(happenings: readonly Happening[], from: number, to: number, count: number): Bucket[] {
  const length = Math.max(1, (to - from) / count);
  const parts = Array.from({ length: count }, () => ({
    latency: [] as number[],
    queue: [] as number[],
    model: [] as number[],
    throttled: 0,
    limit: null as { cap: number; inForce: number } | null,
  }));
  for (const { at, event } of happenings) {
    const part = parts[Math.min(count - 1, Math.floor((at - from) / length))];
    if (!part) continue;
    if (event.kind === "limit") part.limit = event;
    if (event.kind !== "tile") continue;
    if (event.throttled) part.throttled += 1;
    if (event.state !== "done") continue;
    if (event.latencyMs !== null) part.latency.push(event.latencyMs);
    if (event.queueMs !== null) part.queue.push(event.queueMs);
    if (event.modelMs !== null) part.model.push(event.modelMs);
  }
  let limit: { cap: number; inForce: number } | null = null;
  return parts.map((part, index) => {
    limit = part.limit ?? limit;
    const sorted = part.latency.sort((a, b) => a - b);
    return {
      at: from + index * length,
      perSecond: (sorted.length * 1000) / length,
      p50: quantile(sorted, 0.5),
      p95: quantile(sorted, 0.95),
      queueMs: quantile(
        part.queue.sort((a, b) => a - b),
        0.5,
      ),
      modelMs: quantile(
        part.model.sort((a, b) => a - b),
        0.5,
      ),
      throttled: part.throttled,
      cap: limit?.cap ?? null,
      inForce: limit?.inForce ?? null,
    };
  });
}
