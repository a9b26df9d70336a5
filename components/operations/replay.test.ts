import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TesseraEvent } from "#lib/core/detection/events.ts";
import { MARKS } from "#lib/core/detection/tile-mark.ts";
import { createReplay, type Happening } from "./replay.ts";
import { seriesOf } from "./series.ts";

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
    const marks = (at: number | null) => replay.stateAt(at).tiles.map(({ mark }) => mark);
    expect(marks(null)).toEqual(["done", "failed", "pending"]);
    expect(marks(35)).toEqual(["throttled", "retrying", "pending"]);
    expect(marks(45)).toEqual(["running", "retrying", "pending"]);
    expect(marks(0)).toEqual(["pending", "pending", "pending"]);
    expect(replay.stateAt(null).tiles[0]).toMatchObject({ attempts: 2, retries: 1, latencyMs: 100 });
    expect(marks(75)).toEqual(["done", "failed", "running"]);
    expect(replay.stateAt(null).tiles[2]).toMatchObject({ mark: "pending", retries: 0 });
    expect(replay.span).toEqual({ from: 10, to: 80 });
  });

  it("is the same at a time, whatever was looked at before, and counts every tile once", () => {
    const happening = fc.record({ index: fc.nat(19), state: fc.constantFrom("done", "failed", "pending" as const) });
    fc.assert(
      fc.property(fc.array(happening, { minLength: 1, maxLength: 200 }), fc.array(fc.nat(250)), (events, looks) => {
        const add = (count: number) => {
          const replay = createReplay(20);
          for (const [at, { index, state }] of events.slice(0, count).entries()) {
            replay.add({ at, event: tile(index, state) });
          }
          return replay;
        };
        const replay = add(events.length);
        for (const at of looks) {
          const there = replay.stateAt(at);
          expect(MARKS.reduce((sum, mark) => sum + there.counts[mark], 0)).toBe(20);
          expect(there.tiles).toEqual(add(at + 1).stateAt(null).tiles);
        }
      }),
    );
  });

  it("goes back over a long life by its snapshots", () => {
    const replay = createReplay(10_000);
    for (let index = 0; index < 10_000; index += 1) replay.add({ at: index, event: tile(index, "done") });
    expect(replay.stateAt(null).counts.done).toBe(10_000);
    expect(replay.stateAt(4321).counts.done).toBe(4322);
    expect(replay.stateAt(9999).counts).toMatchObject({ done: 10_000, pending: 0 });
  });
});

describe("figures over time", () => {
  it("are taken of what ended in each stretch; limits hold until they change", () => {
    const life: Happening[] = [
      { at: 0, event: { kind: "limit", cap: 8, inForce: 4, phase: "doubling", reason: null } },
      { at: 100, event: tile(0, "done", { latencyMs: 50 }) },
      { at: 200, event: tile(1, "done", { latencyMs: 150 }) },
      { at: 1500, event: tile(2, "pending", { throttled: true, error: "429" }) },
    ];
    const [first, second] = seriesOf(life, 0, 2000, 2);
    expect(first).toMatchObject({
      perSecond: 2,
      p50: 150,
      p95: 150,
      queueMs: 20,
      modelMs: 70,
      throttled: 0,
      inForce: 4,
    });
    expect(second).toMatchObject({ perSecond: 0, p50: null, throttled: 1, cap: 8, inForce: 4 });
  });
});
