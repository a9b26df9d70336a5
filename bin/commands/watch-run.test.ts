import { describe, expect, it } from "vitest";
import { eventSchema } from "#lib/core/detection/events.ts";
import { paceOf } from "./pace.ts";
import { lineOf } from "./watch-run.ts";

const tile = { kind: "tile", index: 3, state: "pending", attempts: 2, latencyMs: 40, detections: 0, throttled: false };
const said = (event: object): string | null => lineOf(eventSchema.parse(event));

describe("a line of the watch", () => {
  it.each([
    [{ kind: "claimed", indexes: [4, 5] }, "tile 4  running\ntile 5  running"],
    [
      { ...tile, throttled: true, error: "too many at once", retryInMs: 500 },
      "tile 3  throttled  attempt 2  40 ms  again in 500 ms  too many at once",
    ],
    [{ ...tile, error: "no answer", retryInMs: 2000 }, "tile 3  retrying  attempt 2  40 ms  again in 2.0 s  no answer"],
    [{ ...tile, latencyMs: null, error: null }, "tile 3  pending  attempt 2"],
    [
      { ...tile, state: "done", detections: 2, modelMs: 30, queueMs: 5, cost: 0.01, error: null },
      "tile 3  done  attempt 2  2 found  40 ms  model 30 ms, waited 5 ms  0.0100 US$",
    ],
    [{ kind: "limit", cap: 16, inForce: 6, phase: "holding" }, "limit  6 of 16 at once  holding still"],
    [{ kind: "run", state: "paused", reason: "no such key", tilesTotal: 9 }, "run  paused  no such key"],
    [{ kind: "findings", added: [], removed: [], reset: true }, null],
  ])("tells of %j", (event, line) => expect(said(event)).toBe(line));
});

describe("the pace of a run", () => {
  const run = (done: number) =>
    ({ state: "running", tiles: { pending: 90 - done, running: 10, done, failed: 0, skipped: 0 } }) as const;

  it("is what was finished of late, and what is left at that", () => {
    const pace = paceOf();
    expect(pace.after(run(0), 0)).toEqual({ perSecond: null, secondsLeft: null });
    expect(pace.after(run(20), 10_000)).toEqual({ perSecond: 2, secondsLeft: 40 });
    expect(pace.after(run(20), 31_000)).toEqual({ perSecond: null, secondsLeft: null });
  });
});
