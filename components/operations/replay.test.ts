import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TesseraEvent } from "#lib/core/detection/events.ts";
import { MARKS } from "#lib/core/detection/tile-mark.ts";
import { createReplay, type Replay } from "./replay.ts";
import { createSeries } from "./series.ts";

type TileEvent = Extract<TesseraEvent, { kind: "tile" }>;

const tile = (index: number, state: TileEvent["state"], more: Partial<TileEvent> = {}): TileEvent => ({
  kind: "tile",
  index,
  state,
  attempts: 1,
  latencyMs: 100,
  detections: 0,
  throttled: false,
  error: null,
  queueMs: 20,
  modelMs: 70,
  tokens: 120,
  cost: null,
  retryInMs: null,
  ...more,
});
const tilesAt = (replay: Replay, at: number | null) => {
  const moment = replay.stateAt(at);
  return Array.from({ length: moment.size }, (_, index) => moment.tile(index));
};
const countsAt = (replay: Replay, at: number | null) => ({ ...replay.stateAt(at).totals.counts });
const claimed = (...indexes: number[]): TesseraEvent => ({ kind: "claimed", indexes });

describe("a replay", () => {
  it("shows tiles as they stood at a time, forwards and back", () => {
    const replay = createReplay(3);
    const life: [number, TesseraEvent][] = [
      [10, claimed(0, 1)],
      [20, tile(0, "pending", { throttled: true, error: "429" })],
      [30, tile(1, "pending", { error: "500" })],
      [40, claimed(0)],
      [50, tile(0, "done", { attempts: 2 })],
      [60, tile(1, "failed", { error: "500" })],
      [70, claimed(2)],
      [80, tile(2, "pending")],
    ];
    for (const [at, event] of life) replay.add({ at, event });
    const marks = (at: number | null) => tilesAt(replay, at).map((each) => each?.mark);
    expect(marks(null)).toEqual(["done", "failed", "pending"]);
    expect(marks(35)).toEqual(["throttled", "retrying", "pending"]);
    expect(marks(45)).toEqual(["running", "retrying", "pending"]);
    expect(marks(0)).toEqual(["pending", "pending", "pending"]);
    expect(replay.stateAt(null).tile(0)).toMatchObject({ attempts: 2, retries: 1, latencyMs: 100 });
    expect(marks(75)).toEqual(["done", "failed", "running"]);
    expect(replay.stateAt(null).tile(2)).toMatchObject({ mark: "pending", retries: 0 });
    expect(replay.span).toEqual({ from: 10, to: 80 });
  });

  it("is the same at a time, whatever was looked at before, and counts every tile once", () => {
    const happening = fc.record({
      index: fc.nat(19),
      state: fc.constantFrom("done", "failed", "pending" as const),
      throttled: fc.boolean(),
      latencyMs: fc.constantFrom(5, 80, 2000),
      cost: fc.constantFrom(null, 0.01, 2),
    });
    fc.assert(
      fc.property(fc.array(happening, { minLength: 1, maxLength: 200 }), fc.array(fc.nat(250)), (events, looks) => {
        const add = (count: number) => {
          const replay = createReplay(20);
          for (const [at, { index, state, ...more }] of events.slice(0, count).entries()) {
            replay.add({ at, event: tile(index, state, more) });
          }
          return replay;
        };
        const replay = add(events.length);
        for (const at of looks) {
          const then = add(at + 1);
          const counts = countsAt(replay, at);
          expect(MARKS.reduce((sum, mark) => sum + counts[mark], 0)).toBe(20);
          expect(tilesAt(replay, at)).toEqual(tilesAt(then, null));
          expect(counts).toEqual(countsAt(then, null));
          const [there, fresh] = [replay.stateAt(at), then.stateAt(null)];
          expect(there.refused).toBe(fresh.refused);
          expect(there.totals.tokens).toBe(fresh.totals.tokens);
          expect(there.totals.retries).toBe(fresh.totals.retries);
          expect(there.totals.cost).toBeCloseTo(fresh.totals.cost);
          for (const share of [0.5, 0.95])
            expect(there.totals.done.latencyMs.quantile(share)).toBe(fresh.totals.done.latencyMs.quantile(share));
          expect(there.heatTop("latency")).toBe(fresh.heatTop("latency"));
        }
      }),
    );
  });

  it("says which tiles changed on the way from one time to another", () => {
    const replay = createReplay(1000);
    for (let index = 0; index < 1000; index += 1) replay.add({ at: index, event: tile(index, "done") });
    replay.stateAt(500);
    expect(replay.takeChanged()).toBe("all");
    replay.stateAt(503);
    replay.stateAt(502);
    expect(replay.takeChanged()).toEqual(new Set([501, 502, 503]));
    expect(replay.takeChanged()).toEqual(new Set());
  });

  it("goes to and fro over a long life", () => {
    const replay = createReplay(10_000);
    for (let index = 0; index < 10_000; index += 1) replay.add({ at: index, event: tile(index, "done") });
    expect(countsAt(replay, null).done).toBe(10_000);
    expect(countsAt(replay, 4321).done).toBe(4322);
    expect(countsAt(replay, 9999)).toMatchObject({ done: 10_000, pending: 0 });
  });
});

describe("figures over time", () => {
  it("are taken of what ended in each stretch; limits hold until they change, tokens and cost add up", () => {
    const series = createSeries();
    series.note(0, { kind: "limit", cap: 8, inForce: 4, phase: "doubling", reason: null });
    series.note(100, tile(0, "done", { latencyMs: 50, cost: 0.5 }));
    series.note(200, tile(1, "done", { latencyMs: 150, cost: 0.25 }));
    series.note(1500, tile(2, "pending", { throttled: true, error: "429", tokens: 0 }));
    const buckets = series.buckets();
    expect(buckets).toHaveLength(7);
    expect(buckets[0]).toMatchObject({
      from: 0,
      perSecond: 8,
      p50: 150,
      p95: 150,
      queueMs: 20,
      modelMs: 70,
      throttled: 0,
      inForce: 4,
    });
    expect(buckets[3]).toMatchObject({ perSecond: 0, p50: null, tokens: 240, cost: 0.75, cap: 8 });
    expect(buckets[6]).toMatchObject({ p50: null, throttled: 1, retried: 1, tokens: 240, cap: 8, inForce: 4, to: 1 });
  });

  it("are as many however long the time, and lose nothing where stretches are joined", () => {
    const series = createSeries();
    for (let index = 0; index < 5000; index += 1)
      series.note(index * 1000, tile(index, "done", { latencyMs: index % 100 }));
    const buckets = series.buckets();
    expect(buckets.length).toBeLessThanOrEqual(128);
    expect(buckets.at(-1)?.tokens).toBe(5000 * 120);
    const whole = 4999;
    const done = buckets.reduce((sum, { perSecond, from, to }) => sum + perSecond * (to - from) * whole, 0);
    expect(done).toBeCloseTo(5000, 0);
    // 64 seconds each: 192 to 255, of which the latencies are 92 to 99 and 0 to 55.
    expect(buckets[3]?.p50).toBeCloseTo(32, 0);
  });
});
