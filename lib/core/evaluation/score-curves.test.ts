import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { averagePrecision } from "./average-precision.ts";
import { type Compared, evaluate } from "./evaluate.ts";
import { BESIDE, explainMistakes } from "./mistakes.ts";
import { overlapsOf } from "./overlaps.ts";
import { meanOf } from "./precision-curve.ts";
import { bestThreshold, calibrationError, measuresAt, pooledCurves, scoreCurves } from "./score-curves.ts";

const at = (x: number, score: number | null = null, label = "car", width = 10): Compared => ({
  page: 0,
  box: [x, 0, width, 10],
  label,
  score,
});

const spots = fc.array(
  fc.record({ x: fc.nat(120), score: fc.integer({ min: 0, max: 1000 }), label: fc.constantFrom("car", "bus") }),
  { minLength: 1, maxLength: 40 },
);

describe("curves by score", () => {
  it("count at a threshold what an evaluation of the findings that pass it counts", () => {
    fc.assert(
      fc.property(spots, spots, fc.nat(100), (found, real, step) => {
        const findings = found.map(({ x, score, label }) => at(x, score / 1000, label));
        const truths = real.map(({ x, label }) => at(x, null, label));
        const { matches, classes } = evaluate({ findings, truths, iouThreshold: 0.5 });
        const hits = new Set(matches.map(({ finding }) => finding));
        const all = classes.map(({ label, truths: count }) => scoreCurves(findings, hits, { label, truths: count }));
        const passing = findings.filter(({ score }) => (score ?? 0) * 1000 >= step * 10);
        const expected = evaluate({ findings: passing, truths, iouThreshold: 0.5 }).overall;
        const { right, wrong, missed, precision, recall, f1 } = measuresAt(pooledCurves("all", all), step / 100);
        expect([right, wrong, missed]).toEqual([
          expected.truePositives,
          expected.falsePositives,
          expected.falseNegatives,
        ]);
        expect([precision, recall, f1]).toEqual([expected.precision, expected.recall, expected.f1]);
      }),
    );
  });

  it("have the average precision for their mean height", () => {
    fc.assert(
      fc.property(spots, spots, (found, real) => {
        const findings = found.map(({ x, score, label }) => at(x, score / 1000, label));
        const truths = real.map(({ x, label }) => at(x, null, label));
        const hits = new Set(evaluate({ findings, truths, iouThreshold: 0.5 }).matches.map(({ finding }) => finding));
        for (const [label, { ap50 }] of averagePrecision({ findings, truths }).byLabel) {
          const count = truths.filter((truth) => truth.label === label).length;
          expect(meanOf(scoreCurves(findings, hits, { label, truths: count }).precisions)).toBeCloseTo(ap50 ?? -1, 10);
        }
      }),
    );
  });

  it("tell the best threshold from the run's own on, and how far scores are from the shares of right findings", () => {
    const findings = [at(0, 0.9), at(100, 0.85), at(300, 0.4), at(400, 0.32)];
    const curves = scoreCurves(findings, new Set([0, 1]), { label: "car", truths: 2 });
    expect(bestThreshold(curves, 0.3)).toBe(0.41);
    expect(bestThreshold(curves, 0.6)).toBe(0.6);
    expect(curves.calibration[8]).toEqual({ count: 1, right: 1, meanScore: 0.85 });
    expect(calibrationError(curves.calibration)).toBeCloseTo((0.1 + 0.15 + 0.4 + 0.32) / 4, 10);
    expect(calibrationError([])).toBeNull();
  });

  it("let a score of just a threshold pass it, and findings without a score everywhere", () => {
    const single = Math.fround(0.29);
    const curves = scoreCurves([at(0, single), at(100)], new Set([0, 1]), { label: "car", truths: 2 });
    expect([curves.right[29], curves.right[30], curves.right[100]]).toEqual([2, 1, 1]);
  });
});

describe("mistakes", () => {
  it("are explained by the worst that can be said of them, surest first", () => {
    const truths = [at(0), at(100, null, "bus"), at(200), at(300)];
    const findings = [at(500, 0.6), at(1, 0.95), at(0, 0.9), at(100, 0.8), at(207, 0.7)];
    const { matches } = evaluate({ findings, truths, iouThreshold: 0.5 });
    const near = overlapsOf(findings, truths, { least: BESIDE, accept: () => true });
    const { invented, missed } = explainMistakes(findings, truths, { near, matches, iouThreshold: 0.5 });
    expect(invented).toEqual([
      { at: 2, because: "taken", beside: 0 },
      { at: 3, because: "other-class", beside: 1 },
      { at: 4, because: "loose", beside: 2 },
      { at: 0, because: "nothing", beside: null },
    ]);
    expect(missed).toEqual([
      { at: 1, because: "other-class", beside: 3 },
      { at: 2, because: "loose", beside: 4 },
      { at: 3, because: "nothing", beside: null },
    ]);
  });
});
