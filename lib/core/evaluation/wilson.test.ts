import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { moreForMargin, wilson } from "./wilson.ts";

describe("the Wilson interval", () => {
  it("is what R's prop.test(correct = FALSE) gives", () => {
    const at = (right: number, all: number) => {
      const { low = 0, high = 0 } = wilson(right, all) ?? {};
      return [low, high].map((bound) => Math.round(bound * 1e4) / 1e4);
    };
    expect(at(8, 10)).toEqual([0.4902, 0.9433]);
    expect(at(0, 10)).toEqual([0, 0.2775]);
    expect(at(95, 100)).toEqual([0.8882, 0.9785]);
    expect(wilson(0, 0)).toBeNull();
  });

  it("holds the share, stays within 0…1 and narrows with more", () => {
    fc.assert(
      fc.property(fc.nat(500), fc.nat(500), (right, wrong) => {
        fc.pre(right + wrong > 0);
        const one = wilson(right, right + wrong);
        const ten = wilson(right * 10, (right + wrong) * 10);
        if (!one || !ten) throw new Error("both were counted");
        expect(one.low).toBeGreaterThanOrEqual(0);
        expect(one.high).toBeLessThanOrEqual(1);
        expect(one.low).toBeLessThanOrEqual(one.value);
        expect(one.high).toBeGreaterThanOrEqual(one.value);
        expect(ten.high - ten.low).toBeLessThan(one.high - one.low);
      }),
    );
  });

  it("says how many more make it as narrow as is asked for", () => {
    expect(moreForMargin(0, 0, 0.05)).toBe(381);
    expect(moreForMargin(90, 100, 0.05)).toBeGreaterThan(20);
    expect(moreForMargin(900, 1000, 0.05)).toBe(0);
    for (const [right, all] of [
      [5, 10],
      [19, 20],
      [70, 100],
    ] as const) {
      const enough = all + moreForMargin(right, all, 0.05);
      const width = (count: number): number => {
        const interval = wilson((right / all) * count, count);
        return interval ? (interval.high - interval.low) / 2 : 1;
      };
      expect(width(enough)).toBeLessThanOrEqual(0.05);
      expect(width(enough - 1)).toBeGreaterThan(0.05);
    }
  });
});
