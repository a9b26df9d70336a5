import type { TesseraEvent } from "#lib/core/detection/events.ts";
import { markOf } from "#lib/core/detection/tile-mark.ts";
import { createHistogram, type Histogram } from "../runs/histogram.ts";

/** One stretch of a run's time. Milliseconds and rates; null where nothing ended in it. */
export type Bucket = {
  /** Where it begins and ends, as shares of the whole time. */
  from: number;
  to: number;
  perSecond: number;
  p50: number | null;
  p95: number | null;
  queueMs: number | null;
  modelMs: number | null;
  throttled: number;
  retried: number;
  /** All that was used up to its end; US dollars, null while no price is known. */
  tokens: number;
  cost: number | null;
  cap: number | null;
  inForce: number | null;
};

type Part = {
  done: number;
  throttled: number;
  retried: number;
  tokens: number;
  cost: number | null;
  limit: { cap: number; inForce: number } | null;
  /** Null while nothing ended in it: most of a long, quiet time is empty. */
  spread: { latency: Histogram; queue: Histogram; model: Histogram } | null;
  /** Worked out from the spread, until something more ends in it. */
  figures: Pick<Bucket, "p50" | "p95" | "queueMs" | "modelMs"> | null;
};

/** At most so many stretches are kept; where there are more, two and two become one. */
const MOST = 128;
const SHORTEST_MS = 250;
/** Milliseconds in a chart, true to one part in fifty. */
const MS = { least: 0.1, ratio: 1.02, steps: 1100 };

/** Makes the figures of a time in which nothing has happened yet. */
export function createSeries() {
  let parts: Part[] = [];
  let from: number | null = null;
  let to = 0;
  let lengthMs = SHORTEST_MS;

  function partAt(at: number): Part {
    from ??= at;
    to = Math.max(to, at);
    while ((at - from) / lengthMs >= MOST) {
      lengthMs *= 2;
      parts = halve(parts);
    }
    const index = Math.max(0, Math.floor((at - from) / lengthMs));
    while (parts.length <= index) parts.push(emptyPart());
    return parts[index] ?? emptyPart();
  }

  return {
    /** Takes in what happened at `at` (milliseconds since 1970), which is never before what was taken in already. */
    note(at: number, event: TesseraEvent): void {
      const part = partAt(at);
      if (event.kind === "limit") part.limit = { cap: event.cap, inForce: event.inForce };
      if (event.kind !== "tile") return;
      const mark = markOf(event);
      if (event.throttled) part.throttled += 1;
      if (mark === "retrying" || mark === "throttled") part.retried += 1;
      part.tokens += event.tokens;
      if (event.cost !== null) part.cost = (part.cost ?? 0) + event.cost;
      if (mark !== "done") return;
      part.done += 1;
      part.figures = null;
      part.spread ??= { latency: createHistogram(MS), queue: createHistogram(MS), model: createHistogram(MS) };
      if (event.latencyMs !== null) part.spread.latency.add(event.latencyMs);
      if (event.queueMs !== null) part.spread.queue.add(event.queueMs);
      if (event.modelMs !== null) part.spread.model.add(event.modelMs);
    },
    /** The stretches from the first thing that happened until `end`; limits hold until they change. */
    buckets(end: number = to): Bucket[] {
      if (from === null) return [];
      const begin = from;
      const whole = Math.max(lengthMs, end - begin);
      let limit: Part["limit"] = null;
      let tokens = 0;
      let cost: number | null = null;
      return parts.map((part, index) => {
        limit = part.limit ?? limit;
        tokens += part.tokens;
        if (part.cost !== null) cost = (cost ?? 0) + part.cost;
        const startMs = index * lengthMs;
        const endMs = Math.max(startMs + SHORTEST_MS, Math.min(startMs + lengthMs, whole));
        return {
          from: startMs / whole,
          to: Math.min(1, endMs / whole),
          perSecond: (part.done * 1000) / (endMs - startMs),
          ...figuresOf(part),
          throttled: part.throttled,
          retried: part.retried,
          tokens,
          cost,
          cap: limit?.cap ?? null,
          inForce: limit?.inForce ?? null,
        };
      });
    },
  };
}

const emptyPart = (): Part => ({
  done: 0,
  throttled: 0,
  retried: 0,
  tokens: 0,
  cost: null,
  limit: null,
  spread: null,
  figures: null,
});

function figuresOf(part: Part): NonNullable<Part["figures"]> {
  part.figures ??= {
    p50: part.spread?.latency.quantile(0.5) ?? null,
    p95: part.spread?.latency.quantile(0.95) ?? null,
    queueMs: part.spread?.queue.quantile(0.5) ?? null,
    modelMs: part.spread?.model.quantile(0.5) ?? null,
  };
  return part.figures;
}

/** Two and two neighbours as one. */
function halve(parts: readonly Part[]): Part[] {
  const joined: Part[] = [];
  for (let index = 0; index < parts.length; index += 2) {
    const [a, b] = [parts[index] ?? emptyPart(), parts[index + 1] ?? emptyPart()];
    if (a.spread && b.spread) {
      a.spread.latency.join(b.spread.latency);
      a.spread.queue.join(b.spread.queue);
      a.spread.model.join(b.spread.model);
    }
    joined.push({
      done: a.done + b.done,
      throttled: a.throttled + b.throttled,
      retried: a.retried + b.retried,
      tokens: a.tokens + b.tokens,
      cost: a.cost === null ? b.cost : a.cost + (b.cost ?? 0),
      limit: b.limit ?? a.limit,
      spread: a.spread ?? b.spread,
      figures: null,
    });
  }
  return joined;
}
