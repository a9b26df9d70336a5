import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { divideFairly, nextShare } from "./shares.ts";

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

describe("dividing a limit", () => {
  it("gives nobody more than wanted and what one leaves to the others", () => {
    expect(divideFairly(10, [2, 100, 100])).toEqual([2, 4, 4]);
    expect(divideFairly(9, [100, 100])).toEqual([5, 4]);
    expect(divideFairly(1, [5, 5, 5])).toEqual([1, 0, 0]);
    expect(divideFairly(8, [])).toEqual([]);
  });

  it("gives out all that is there and wanted", () => {
    fc.assert(
      fc.property(fc.nat(300), fc.array(fc.nat(100), { maxLength: 8 }), (total, wanted) => {
        const given = divideFairly(total, wanted);
        expect(sum(given)).toBe(Math.min(total, sum(wanted)));
        for (const [index, part] of given.entries()) expect(part).toBeLessThanOrEqual(wanted[index] ?? 0);
      }),
    );
  });

  it("never lets the shares sum to more than the limit, whoever moves next, and settles on the fair ones", () => {
    const step = fc.record({ who: fc.nat(2), wanted: fc.nat(40), limit: fc.option(fc.integer({ min: 1, max: 40 })) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let limit = 12;
        const holders = [0, 1, 2].map(() => ({ share: 0, wanted: 0 }));
        const move = (who: number): void => {
          const self = holders[who];
          if (self) self.share = nextShare(limit, holders, who);
        };
        for (const { who, wanted, limit: changed } of steps) {
          const before = sum(holders.map((holder) => holder.share));
          if (changed !== null) limit = changed;
          const self = holders[who];
          if (self) self.wanted = wanted;
          move(who);
          expect(sum(holders.map((holder) => holder.share))).toBeLessThanOrEqual(Math.max(limit, before));
        }
        for (let round = 0; round < 12; round += 1) move(round % 3);
        expect(holders.map((holder) => holder.share)).toEqual(
          divideFairly(
            limit,
            holders.map((holder) => holder.wanted),
          ),
        );
      }),
    );
  });
});
