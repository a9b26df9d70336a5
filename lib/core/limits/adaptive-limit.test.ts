import { describe, expect, it } from "vitest";
import { type AdaptiveLimit, adaptiveLimit } from "./adaptive-limit.ts";

type Provider = { allows: (now: number) => number; latencyMs: number; refusesAtRandom?: number; retryAfterMs?: number };
type Sample = { at: number; inFlight: number; refused: boolean };

/** Drives a limiter against a simulated provider, `capacity` callers at most, on a clock of its own. */
function drive(
  limiter: AdaptiveLimit,
  provider: Provider,
  capacity: number | ((now: number) => number),
  untilMs: number,
) {
  let seed = 7;
  const random = (): number => {
    seed = Math.imul(seed, 48_271) % 2_147_483_647;
    return Math.abs(seed) / 2_147_483_647;
  };
  const inFlight: { ends: number; starts: number; level: number }[] = [];
  const resting: number[] = [];
  const samples: Sample[] = [];
  let done = 0;
  for (let now = 0; now < untilMs; now += 1) {
    for (const call of inFlight.filter((one) => one.ends <= now)) {
      inFlight.splice(inFlight.indexOf(call), 1);
      done += 1;
      limiter.succeeded({
        startedAt: call.starts,
        endedAt: now,
        inFlight: call.level,
        inFlightAtEnd: inFlight.length + 1,
      });
    }
    while (resting[0] !== undefined && resting[0] <= now) resting.shift();
    const cap = typeof capacity === "number" ? capacity : capacity(now);
    while (inFlight.length + resting.length < Math.min(cap, limiter.current())) {
      const level = inFlight.length + 1;
      const refused = level > provider.allows(now) || random() < (provider.refusesAtRandom ?? 0);
      samples.push({ at: now, inFlight: level, refused });
      if (refused) {
        limiter.refused({ startedAt: now, endedAt: now, inFlight: level, inFlightAtEnd: level }, provider.retryAfterMs);
        resting.push(now + limiter.roundTripMs());
      } else inFlight.push({ starts: now, ends: now + provider.latencyMs * (0.9 + random() * 0.2), level });
    }
  }
  return { samples, done, inFlight: inFlight.length };
}

const after = (samples: Sample[], ms: number) => samples.filter((sample) => sample.at >= ms);
const share = (samples: Sample[]) => samples.filter((sample) => sample.refused).length / samples.length;

describe("the adaptive limit", () => {
  it("starts at 4 and doubles each round trip while nothing is refused", () => {
    const limiter = adaptiveLimit();
    expect(limiter.current()).toBe(4);
    const { samples } = drive(limiter, { allows: () => 1000, latencyMs: 100 }, 64, 640);
    expect(Math.max(...samples.filter(({ at }) => at < 85).map(({ inFlight }) => inFlight))).toBe(4);
    expect(limiter.current()).toBeGreaterThanOrEqual(64);
  });

  it("settles near a provider's limit: most of its rate, hardly anything refused, never twice the limit", () => {
    const limiter = adaptiveLimit();
    const { samples, done } = drive(limiter, { allows: () => 8, latencyMs: 200 }, 64, 40_000);
    expect(limiter.current()).toBeGreaterThanOrEqual(7);
    expect(limiter.current()).toBeLessThanOrEqual(9);
    expect(done).toBeGreaterThan(0.9 * 8 * 200);
    expect(share(after(samples, 10_000))).toBeLessThan(0.02);
    expect(Math.max(...samples.map((sample) => sample.inFlight))).toBeLessThan(16);
  });

  it("is not ground down by refusals that have nothing to do with how much is in flight", () => {
    const limiter = adaptiveLimit();
    drive(limiter, { allows: () => 1000, latencyMs: 200, refusesAtRandom: 0.05 }, 64, 60_000);
    expect(limiter.current()).toBeGreaterThanOrEqual(7);
  });

  it("follows a provider that allows less, and more again", () => {
    const limiter = adaptiveLimit();
    const allows = (now: number) => (now < 20_000 ? 16 : now < 40_000 ? 4 : 16);
    const { samples } = drive(limiter, { allows, latencyMs: 100 }, 64, 70_000);
    const highest = (from: number, to: number) =>
      Math.max(
        ...samples.filter(({ at, refused }) => at >= from && at < to && !refused).map(({ inFlight }) => inFlight),
      );
    expect(highest(10_000, 20_000)).toBe(16);
    expect(share(samples.filter(({ at }) => at >= 25_000 && at < 40_000))).toBeLessThan(0.05);
    expect(highest(60_000, 70_000)).toBe(16);
  });

  it("resumes doubling when the cap is raised and the provider never refused", () => {
    const limiter = adaptiveLimit();
    const { samples } = drive(limiter, { allows: () => 1000, latencyMs: 200 }, (now) => (now < 5000 ? 2 : 12), 6000);
    expect(Math.max(...samples.filter(({ at }) => at < 5000).map(({ inFlight }) => inFlight))).toBe(2);
    expect(Math.max(...samples.map(({ inFlight }) => inFlight))).toBe(12);
  });

  it("grows no further while the provider asks to wait", () => {
    const limiter = adaptiveLimit();
    const call = { startedAt: 0, endedAt: 10, inFlight: 4, inFlightAtEnd: 4 };
    limiter.refused(call, 5000);
    const held = limiter.current();
    for (let at = 20; at < 5000; at += 10)
      limiter.succeeded({ startedAt: at - 10, endedAt: at, inFlight: 4, inFlightAtEnd: 4 });
    expect(limiter.current()).toBe(held);
    expect(limiter.phase(100)).toBe("holding");
    for (let at = 5020; at < 9000; at += 10)
      limiter.succeeded({ startedAt: at - 10, endedAt: at, inFlight: 8, inFlightAtEnd: 8 });
    expect(limiter.current()).toBeGreaterThan(held);
    expect(limiter.phase(9000)).toBe("steady");
  });

  it("takes a tenth off at most once a round trip, and never goes below one", () => {
    const limiter = adaptiveLimit();
    for (let at = 0; at < 40; at += 1)
      limiter.succeeded({ startedAt: at, endedAt: at + 100, inFlight: 20, inFlightAtEnd: 20 });
    const before = limiter.current();
    for (let at = 200; at < 250; at += 1)
      limiter.refused({ startedAt: at, endedAt: at, inFlight: 30, inFlightAtEnd: 30 }, undefined);
    expect(limiter.current()).toBe(Math.floor(before * 0.9));
    for (let at = 300; at < 100_000; at += 200)
      limiter.timedOut({ startedAt: at, endedAt: at + 1, inFlight: 1, inFlightAtEnd: 1 });
    expect(limiter.current()).toBe(1);
  });
});
