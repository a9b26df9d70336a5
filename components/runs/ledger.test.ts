import { describe, expect, it } from "vitest";
import type { Tile } from "#lib/core/detection/run.ts";
import { BACKGROUND_REASONS } from "#lib/core/tiling/background.ts";
import { createLedger, progressOf } from "./ledger.ts";
import { tileOf } from "./tile-fixture.ts";

const tile = (index: number, state: Tile["state"] = "pending"): Tile =>
  tileOf({ index, x: 0, y: 0, width: 1, height: 1, state });
const event = (index: number, state: Tile["state"], throttled = false) =>
  ({
    kind: "tile",
    index,
    state,
    attempts: 1,
    latencyMs: 5,
    detections: 0,
    throttled,
    error: null,
    queueMs: 1,
    modelMs: 4,
    tokens: 0,
    cost: null,
    retryInMs: null,
  }) as const;

describe("the ledger", () => {
  it("counts states as events move tiles, and a tile read again only once", () => {
    const ledger = createLedger();
    ledger.load([tile(0), tile(1), tile(2, "done")]);
    ledger.apply(event(0, "running"), 0);
    ledger.apply(event(0, "failed", true), 10);
    ledger.load([tile(0, "failed"), tile(1), tile(2, "done")]);
    expect(ledger.counts()).toEqual({ pending: 1, running: 0, done: 1, failed: 1, skipped: 0 });
    expect(ledger.throttled).toBe(1);
  });

  it("takes the rate over what was finished of late", () => {
    const ledger = createLedger();
    ledger.load(Array.from({ length: 10 }, (_, index) => tile(index)));
    expect(ledger.rate()).toBeNull();
    for (let index = 0; index < 5; index += 1) ledger.apply(event(index, "done"), index * 500);
    expect(ledger.rate()).toBeCloseTo(2);
    ledger.apply(event(5, "done"), 60_000);
    expect(ledger.rate()).toBeNull();
  });

  it("knows what is missing, and the top of each heat scale as tiles change", () => {
    const ledger = createLedger();
    ledger.load([
      tile(0, "done"),
      tile(1, "failed"),
      { ...tile(2, "done"), wholePicture: true, latencyMs: 9000 },
      tile(3),
      { ...tile(4, "skipped"), error: BACKGROUND_REASONS.light },
    ]);
    expect(ledger.missing(false).map(({ index }) => index)).toEqual([1]);
    expect(ledger.missing(true).map(({ index }) => index)).toEqual([1, 3]);
    for (let latencyMs = 1; latencyMs <= 3; latencyMs += 1) ledger.apply({ ...event(0, "done"), latencyMs }, 0);
    expect(ledger.heatTop("latency")).toBe(3);
    ledger.apply({ ...event(1, "done"), latencyMs: 80 }, 0);
    expect(ledger.heatTop("latency")).toBe(80);
    ledger.clear();
    expect(ledger.heatTop("latency")).toBe(1);
  });

  it("says how far a run is and how long it will take", () => {
    const counts = { pending: 6, running: 2, done: 10, failed: 1, skipped: 1 };
    expect(progressOf(counts, 4)).toEqual({ total: 20, finished: 12, fraction: 0.6, secondsLeft: 2 });
    expect(progressOf({ pending: 0, running: 0, done: 0, failed: 0, skipped: 0 }, null).fraction).toBe(0);
  });
});
