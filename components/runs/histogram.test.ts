import fc from "fast-check";
import { expect, it } from "vitest";
import { createHistogram } from "./histogram.ts";

const quantile = (sorted: readonly number[], share: number): number | null =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? null;
const value = fc.oneof(fc.double({ min: 0, max: 1e7, noNaN: true }), fc.integer({ min: 0, max: 50 }));

it("gives quantiles to one part in a hundred, also after values were taken away", () => {
  fc.assert(
    fc.property(fc.array(value, { maxLength: 60 }), fc.array(value, { maxLength: 30 }), (kept, gone) => {
      const histogram = createHistogram();
      for (const each of [...gone, ...kept]) histogram.add(each);
      for (const each of gone) histogram.remove(each);
      const sorted = [...kept].sort((a, b) => a - b);
      expect(histogram.size).toBe(sorted.length);
      for (const share of [0, 0.5, 0.95, 1]) {
        const truth = quantile(sorted, share);
        const answer = histogram.quantile(share);
        if (truth === null) expect(answer).toBeNull();
        else expect(Math.abs((answer ?? Number.NaN) - truth)).toBeLessThanOrEqual(Math.max(2e-7, truth * 0.0101));
      }
    }),
  );
});
