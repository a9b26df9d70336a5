import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { averagePrecision, averagePrecisionFrom } from "./average-precision.ts";
import { confusion } from "./confusion.ts";
import type { Compared } from "./evaluate.ts";
import { matchAt, overlapsOf, overlapsWhere } from "./overlaps.ts";

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
    expect(byLabel.get("car")).toEqual({ ap50: 1, ap: expect.closeTo(0.4, 10), ar: expect.closeTo(0.4, 10) });
    expect(overall).toEqual({ ap50: 1, ap: expect.closeTo(0.7, 10), ar: expect.closeTo(0.7, 10) });
  });

  it("is 1 for the truth itself, 0 for nothing, and never outside", () => {
    const boxes = fc.array(fc.record({ x: fc.nat(400), score: fc.double({ min: 0, max: 1, noNaN: true }) }), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(boxes, boxes, (truth, found) => {
        const truths = truth.map(({ x }) => at(x));
        expect(averagePrecision({ findings: truths, truths }).overall).toEqual({ ap50: 1, ap: 1, ar: 1 });
        expect(averagePrecision({ findings: [], truths }).overall).toEqual({ ap50: 0, ap: 0, ar: 0 });
        const { ap50, ap } = averagePrecision({ findings: found.map(({ x, score }) => at(x, score)), truths }).overall;
        expect((ap50 ?? 0) - (ap ?? 0)).toBeGreaterThan(-1e-9);
        expect(ap).toBeGreaterThanOrEqual(0);
        expect(ap50).toBeLessThanOrEqual(1);
      }),
    );
  });
});

/**
 * COCO's definition once more, as its published evaluation goes: picture by picture a table of overlaps, matches by threshold, then all findings of
 * a class by score, precisions from the right, and a search for each recall. Shares nothing with what it checks.
 */
function reference(findings: readonly Compared[], truths: readonly Compared[], label: string): number {
  const area = ({ box: [, , width, height] }: Compared): number => width * height;
  const overlap = (one: Compared, other: Compared): number => {
    const [x1, y1, w1, h1] = one.box;
    const [x2, y2, w2, h2] = other.box;
    const width = Math.min(x1 + w1, x2 + w2) - Math.max(x1, x2);
    const height = Math.min(y1 + h1, y2 + h2) - Math.max(y1, y2);
    const shared = width > 0 && height > 0 ? width * height : 0;
    return shared / (area(one) + area(other) - shared);
  };
  const total = truths.filter((truth) => truth.label === label).length;
  const thresholds = [0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95];
  const precisions = thresholds.map((threshold) => {
    const decided: { score: number; right: boolean }[] = [];
    for (const page of new Set(findings.map((each) => each.page))) {
      const here = truths.filter((truth) => truth.page === page && truth.label === label);
      const taken = here.map(() => false);
      const found = findings.filter((each) => each.page === page && each.label === label);
      for (const finding of found.toSorted((a, b) => (b.score ?? 0) - (a.score ?? 0))) {
        let [best, match] = [threshold, -1];
        for (const [index, truth] of here.entries()) {
          const iou = overlap(finding, truth);
          if (taken[index] || iou < best) continue;
          [best, match] = [iou, index];
        }
        if (match >= 0) taken[match] = true;
        decided.push({ score: finding.score ?? 0, right: match >= 0 });
      }
    }
    decided.sort((a, b) => b.score - a.score);
    let right = 0;
    const points = decided.map((each, index) => {
      if (each.right) right += 1;
      return { recall: right / total, precision: right / (index + 1) };
    });
    const read = Array.from({ length: 101 }, (_, step) => {
      const reached = points.filter(({ recall }) => recall >= (step === 100 ? 1 : step * 0.01));
      return Math.max(0, ...reached.map(({ precision }) => precision));
    });
    return read.reduce((sum, value) => sum + value, 0) / 101;
  });
  return precisions.reduce((sum, value) => sum + value, 0) / thresholds.length;
}

it("average precision is that of an independent reference, to a millionth, on pages of crowded and confused boxes", () => {
  // Scores differ: of equal ones the order is the caller's.
  const boxes = (most: number) =>
    fc.array(
      fc.record({
        page: fc.nat(1),
        box: fc.tuple(fc.nat(40), fc.nat(40), fc.integer({ min: 8, max: 16 }), fc.integer({ min: 8, max: 16 })),
        label: fc.constantFrom("car", "bus"),
      }),
      { minLength: 1, maxLength: most },
    );
  const jitter = fc.array(fc.tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -2, max: 2 })), {
    minLength: 30,
    maxLength: 30,
  });
  fc.assert(
    fc.property(boxes(30), boxes(20), jitter, (real, invented, moves) => {
      const truths = real.map((each): Compared => ({ ...each, score: null }));
      const moved = real.map((each, index) => {
        const [dx, dy] = moves[index] ?? [0, 0];
        const [x, y, width, height] = each.box;
        return { ...each, box: [x + dx, y + dy, width, height] as const };
      });
      const all = [...moved, ...invented];
      const findings = all.map((each, index): Compared => ({ ...each, score: ((index * 37) % 101) / 101 }));
      const { byLabel, overall } = averagePrecision({ findings, truths });
      const near = overlapsOf(findings, truths, { least: 0.1, accept: () => true });
      const same = overlapsWhere(near, (finding, truth) => findings[finding]?.label === truths[truth]?.label);
      expect(averagePrecisionFrom({ findings, truths }, same)).toEqual({ byLabel, overall });
      const expected = [...new Set(truths.map(({ label }) => label))].map((label) => {
        const ap = reference(findings, truths, label);
        expect(Math.abs((byLabel.get(label)?.ap ?? -1) - ap)).toBeLessThan(1e-6);
        return ap;
      });
      const mean = expected.reduce((sum, ap) => sum + ap, 0) / expected.length;
      expect(Math.abs((overall.ap ?? -1) - mean)).toBeLessThan(1e-6);
    }),
    { numRuns: 300 },
  );
});

it("confusion tells what was taken for what, missed and invented", () => {
  const truths = [at(0), at(100), at(200, null, "bus")];
  const findings = [at(0, 0.9, "bus"), at(200, 0.8, "bus"), at(300, 0.7)];
  const matches = matchAt(overlapsOf(findings, truths, { least: 0.5, accept: () => true }), 0.5);
  expect(confusion(findings, truths, matches)).toEqual({
    labels: ["bus", "car"],
    counts: [
      [1, 0],
      [1, 0],
    ],
    missed: [0, 1],
    invented: [0, 1],
  });
});
