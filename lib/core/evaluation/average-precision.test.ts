import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { averagePrecision } from "./average-precision.ts";
import { confusion } from "./confusion.ts";
import type { Compared } from "./evaluate.ts";

const at = (x: number, score: number | null = null, label = "car"): Compared => ({
  page: 0,
  box: [x, 0, 10, 10],
  label,
  score,
});

describe("average precision", () => {
  it("is read off the curve at 101 recalls, precision made falling", () => {
    // Right, wrong, right of three: precision 1 up to recall 1/3, then 2/3 up to 2/3, then nothing.
    const findings = [at(0, 0.9), at(500, 0.8), at(100, 0.7)];
    const { overall } = averagePrecision({ findings, truths: [at(0), at(100), at(200)] });
    expect(overall.ap50).toBeCloseTo((34 * 1 + 33 * (2 / 3)) / 101, 10);
    expect(overall.ap).toBeCloseTo(overall.ap50 ?? 0, 10);
  });

  it("counts looser boxes at lower overlaps only, and classes alike", () => {
    // Overlap 8/12 passes 0.5 to 0.65: four of ten.
    const { overall, byLabel } = averagePrecision({
      findings: [at(2, 0.9), at(300, 0.9, "bus")],
      truths: [at(0), at(300, null, "bus")],
    });
    expect(byLabel.get("car")).toEqual({ ap50: 1, ap: expect.closeTo(0.4, 10) });
    expect(overall).toEqual({ ap50: 1, ap: expect.closeTo(0.7, 10) });
  });

  it("is 1 for the truth itself, 0 for nothing, and never outside", () => {
    const boxes = fc.array(fc.record({ x: fc.nat(400), score: fc.double({ min: 0, max: 1, noNaN: true }) }), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(boxes, boxes, (truth, found) => {
        const truths = truth.map(({ x }) => at(x));
        expect(averagePrecision({ findings: truths, truths }).overall).toEqual({ ap50: 1, ap: 1 });
        expect(averagePrecision({ findings: [], truths }).overall).toEqual({ ap50: 0, ap: 0 });
        const { ap50, ap } = averagePrecision({ findings: found.map(({ x, score }) => at(x, score)), truths }).overall;
        expect((ap50 ?? 0) - (ap ?? 0)).toBeGreaterThan(-1e-9);
        expect(ap).toBeGreaterThanOrEqual(0);
        expect(ap50).toBeLessThanOrEqual(1);
      }),
    );
  });
});

it("confusion tells what was taken for what, missed and invented", () => {
  const truths = [at(0), at(100), at(200, null, "bus")];
  const findings = [at(0, 0.9, "bus"), at(200, 0.8, "bus"), at(300, 0.7)];
  expect(confusion(findings, truths, 0.5)).toEqual({
    labels: ["bus", "car"],
    counts: [
      [1, 0],
      [1, 0],
    ],
    missed: [0, 1],
    invented: [0, 1],
  });
});
