import { describe, expect, it } from "vitest";
import { pacing } from "./pacing.ts";

/** Starts as many as are allowed at `now`, at most `wanted`. */
function start(
  pace: ReturnType<typeof pacing>,
  now: number,
  pipe: { places: number; roundTripMs: number },
  wanted = 1e9,
) {
  const count = Math.min(wanted, pace.allows(now, pipe));
  for (let each = 0; each < count; each += 1) pace.started();
  return count;
}

describe("pacing", () => {
  it("lets sixteen start at once, whatever the round trip", () => {
    expect(start(pacing(), 5, { places: 4, roundTripMs: 60_000 })).toBe(16);
  });

  it("spreads hundreds over two thirds of a round trip", () => {
    const calls = pacing();
    const pipe = { places: 128, roundTripMs: 2000 };
    expect(start(calls, 0, pipe)).toBe(16);
    let total = 16;
    for (let now = 4; now <= 700; now += 4) total += start(calls, now, pipe);
    expect(total).toBe(16 + 67);
    for (let now = 704; now <= 1336; now += 4) total += start(calls, now, pipe);
    expect(total).toBe(16 + 128);
  });

  it("does not hold back quick calls", () => {
    const calls = pacing();
    const pipe = { places: 16, roundTripMs: 5 };
    for (let now = 0; now < 100; now += 5) expect(start(calls, now, pipe, 16)).toBe(16);
  });
});
