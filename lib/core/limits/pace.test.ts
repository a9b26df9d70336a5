import { describe, expect, it } from "vitest";
import { pace } from "./pace.ts";

describe("the pace of late", () => {
  it("is unknown until enough has happened", () => {
    const calls = pace();
    for (let now = 0; now < 15; now += 1) calls.happened(now);
    expect(calls.perMs(15)).toBe(0);
    calls.happened(15);
    expect(calls.perMs(16)).toBe(1);
  });

  it("follows a change within sixteen, and falls while nothing happens", () => {
    const calls = pace();
    for (let now = 0; now < 1000; now += 10) calls.happened(now);
    expect(calls.perMs(990)).toBeCloseTo(0.1, 1);
    for (let now = 1000; now < 1064; now += 4) calls.happened(now);
    expect(calls.perMs(1064)).toBe(0.25);
    expect(calls.perMs(17_000)).toBeLessThan(0.002);
  });
});
