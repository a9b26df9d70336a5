import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Compared, evaluate } from "./evaluate.ts";

const at = (x: number, label: string, score: number | null = null, page = 0): Compared => {
  return { page, box: [x, 0, 10, 10], label, score };
};

describe("evaluation", () => {
  it("counts hits, misses and false findings by class and overall", () => {
    const truths = [at(0, "car"), at(100, "car"), at(200, "tree")];
    const findings = [at(1, "car", 0.9), at(300, "car", 0.8), at(200, "bird", 0.7)];
    const { overall, classes } = evaluate({ findings, truths, iouThreshold: 0.5 });
    expect(overall).toEqual({
      ...{ truths: 3, findings: 3, truePositives: 1, falsePositives: 2, falseNegatives: 2 },
      ...{ precision: 1 / 3, recall: 1 / 3, f1: 1 / 3 },
    });
    expect(classes).toMatchObject([
      { label: "bird", truths: 0, findings: 1, truePositives: 0, recall: null },
      { label: "car", truths: 2, findings: 2, truePositives: 1, precision: 0.5 },
      { label: "tree", truths: 1, findings: 0, precision: null, recall: 0 },
    ]);
  });

  it("takes labels that count as the truth's", () => {
    const request = { findings: [at(0, "truck", 0.5)], truths: [at(0, "car")], iouThreshold: 0.5 };
    expect(evaluate(request).overall.truePositives).toBe(0);
    const lenient = evaluate({ ...request, accepts: { car: ["car", "truck", "bus"] } });
    expect(lenient.classes).toMatchObject([{ label: "car", truePositives: 1, falsePositives: 0 }]);
  });

  it("lets the better score choose first, and each truth be found once", () => {
    const { matches } = evaluate({
      findings: [at(2, "car", 0.5), at(1, "car", 0.9)],
      truths: [at(0, "car")],
      iouThreshold: 0.5,
    });
    expect(matches).toMatchObject([{ finding: 1, truth: 0 }]);
  });

  it("keeps pages apart", () => {
    const { overall } = evaluate({ findings: [at(0, "car", 1, 1)], truths: [at(0, "car")], iouThreshold: 0.5 });
    expect(overall.truePositives).toBe(0);
  });

  it("takes an overlap of exactly the threshold", () => {
    const request = { findings: [at(5, "car", 1)], truths: [at(0, "car")] };
    expect(evaluate({ ...request, iouThreshold: 1 / 3 }).matches).toHaveLength(1);
    expect(evaluate({ ...request, iouThreshold: 0.34 }).matches).toHaveLength(0);
  });

  it("finds everything where findings are the truth, and its counts always add up", () => {
    const boxes = fc.array(
      fc.record({
        page: fc.nat(1),
        box: fc.tuple(fc.nat(50), fc.nat(50), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })),
        label: fc.constantFrom("a", "b"),
        score: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
      }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(boxes, boxes, (truths, findings) => {
        expect(evaluate({ findings: truths, truths, iouThreshold: 1 }).overall.truePositives).toBe(truths.length);
        const { overall, classes } = evaluate({ findings, truths, iouThreshold: 0.3 });
        for (const key of ["truths", "findings", "truePositives", "falsePositives", "falseNegatives"] as const) {
          expect(classes.reduce((sum, each) => sum + each[key], 0)).toBe(overall[key]);
          expect(overall[key]).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});
