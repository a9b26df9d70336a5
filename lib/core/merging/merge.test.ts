import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MergeSettings } from "../detection/run.ts";
import { mergeDetections } from "./merge.ts";
import vectors from "./merging.vectors.json" with { type: "json" };
import { naiveMerge } from "./naive-merge.ts";
import type { MergeInput } from "./ranked-boxes.ts";

const METHODS = { NMS: "nms", NMM: "nmm", GREEDYNMM: "greedy-nmm" } as const;
const METRICS = { IOU: "iou", IOS: "ios" } as const;

/** Reference cases as `[name, detections, settings, keeper → merged]`, one for each method and metric. */
const cases = vectors.flatMap(({ boxes, threshold, results }, number) => {
  const detections = boxes.map(([x1 = 0, y1 = 0, x2 = 0, y2 = 0, score = 0, label = 0]): MergeInput => {
    return { box: [x1, y1, x2 - x1, y2 - y1], score, label: String(label) };
  });
  const expected = new Map<string, Record<string, number[] | undefined>>(Object.entries(results));
  return Object.entries(METHODS).flatMap(([methodName, method]) =>
    Object.entries(METRICS).map(([metricName, metric]) => ({
      name: `${number} (${boxes.length} boxes, ${threshold}) ${methodName}/${metricName}`,
      corners: boxes,
      detections,
      settings: { method, metric, threshold } satisfies MergeSettings,
      expected: expected.get(`${methodName}/${metricName}`),
    })),
  );
});

describe("reference cases", () => {
  it("has every method and metric of every case", () => {
    expect(cases).toHaveLength(vectors.length * 6);
    expect(cases.every(({ expected }) => expected !== undefined)).toBe(true);
  });

  it.each(cases)(
    "$name: keepers, members and boxes as published",
    ({ corners, detections, settings, expected = {} }) => {
      const groups = mergeDetections(detections, settings);
      expect(groups.map((group) => group.keeper).sort(ascending)).toEqual(
        Object.keys(expected).map(Number).sort(ascending),
      );
      for (const { keeper, merged, box, score, label } of groups) {
        const members = [keeper, ...(settings.method === "nms" ? [] : (expected[String(keeper)] ?? []))];
        if (settings.method !== "nms") expect([keeper, ...merged].sort(ascending)).toEqual(members.toSorted(ascending));
        const rows = members.map((member) => corners[member] ?? []);
        const [x = 0, y = 0, width = 0, height = 0] = box;
        expect(x).toBeCloseTo(Math.min(...rows.map((row) => row[0] ?? 0)), 6);
        expect(y).toBeCloseTo(Math.min(...rows.map((row) => row[1] ?? 0)), 6);
        expect(x + width).toBeCloseTo(Math.max(...rows.map((row) => row[2] ?? 0)), 6);
        expect(y + height).toBeCloseTo(Math.max(...rows.map((row) => row[3] ?? 0)), 6);
        expect({ score, label }).toEqual({ score: detections[keeper]?.score, label: detections[keeper]?.label });
      }
    },
  );
});

/** Small numbers on a coarse lattice, so that ties, identical, nested, touching and empty boxes are common. */
const lattice = fc.record({
  box: fc.tuple(
    fc.integer({ min: -6, max: 12 }),
    fc.integer({ min: -6, max: 12 }),
    fc.constantFrom(0, 1, 2, 3, 4, 8, 40),
    fc.constantFrom(0, 1, 2, 3, 4, 8, 40),
  ),
  score: fc.constantFrom(0.1, 0.5, 0.5, 0.9),
  label: fc.constantFrom("car", "truck"),
});
const side = fc.double({ min: 0, max: 300, noNaN: true });
const place = fc.double({ min: -1e3, max: 1e3, noNaN: true });
const continuous = fc.record({
  box: fc.tuple(place, place, side, side),
  score: fc.double({ min: 0, max: 1, noNaN: true }),
  label: fc.constantFrom("car", "truck"),
});
const settings = fc.record({
  method: fc.constantFrom("nms", "nmm", "greedy-nmm"),
  metric: fc.constantFrom("iou", "ios"),
  threshold: fc.oneof(fc.constantFrom(0, 0.25, 1 / 3, 0.5, 1), fc.double({ min: 0, max: 1, noNaN: true })),
}) satisfies fc.Arbitrary<MergeSettings>;

describe("merging", () => {
  it.each([
    ["ties, nested, touching and empty boxes", lattice],
    ["boxes of all sizes", continuous],
  ])("equals the pairwise definition on %s", (_, detection) => {
    fc.assert(
      fc.property(fc.array(detection, { maxLength: 60 }), settings, (detections, chosen) => {
        const groups = mergeDetections(detections, chosen);
        const found = new Map(groups.map(({ keeper, merged }) => [keeper, merged.toSorted(ascending)]));
        const wanted = new Map(
          [...naiveMerge(detections, chosen)].map(([keeper, merged]) => [keeper, merged.toSorted(ascending)]),
        );
        expect(found).toEqual(wanted);
      }),
      { numRuns: 1500 },
    );
  });

  it("puts every detection into exactly one group and gives groups best first", () => {
    fc.assert(
      fc.property(fc.array(lattice, { maxLength: 60 }), settings, (detections, chosen) => {
        const groups = mergeDetections(detections, chosen);
        const members = groups.flatMap(({ keeper, merged }) => [keeper, ...merged]).sort(ascending);
        expect(members).toEqual(detections.map((_, index) => index));
        expect(groups.map((group) => group.score)).toEqual(groups.map((group) => group.score).sort((a, b) => b - a));
      }),
    );
  });

  it("does not depend on the order of the input where no two detections are wholly equal", () => {
    const distinct = fc.uniqueArray(lattice, { maxLength: 40, selector: (each) => JSON.stringify(each) });
    fc.assert(
      fc.property(distinct, settings, fc.infiniteStream(fc.nat()), (detections, chosen, keys) => {
        const shuffled = detections.map((each) => ({ each, key: keys.next().value })).sort((a, b) => a.key - b.key);
        const view = (list: readonly MergeInput[]) =>
          mergeDetections(list, chosen)
            .map(({ keeper, merged, box }) => JSON.stringify([box, [keeper, ...merged].map((index) => list[index])]))
            .sort();
        expect(view(shuffled.map(({ each }) => each))).toEqual(view(detections));
      }),
    );
  });

  it("gives nothing for nothing", () => {
    expect(mergeDetections([], { method: "nmm", metric: "ios", threshold: 0.5 })).toEqual([]);
  });
});

describe("crowds that would be quadratic pair by pair", () => {
  const count = 200_000;
  const all = (["nms", "nmm", "greedy-nmm"] as const).flatMap((method) =>
    (["iou", "ios"] as const).map((metric) => ({ method, metric, threshold: 0.5 })),
  );

  it.each(all)("$method/$metric: identical boxes become one", (chosen) => {
    const detections = Array.from({ length: count }, () => ({ box: [5, 5, 20, 20], score: 0.5, label: "a" }) as const);
    const groups = mergeDetections(detections, chosen);
    expect(groups).toHaveLength(1);
    expect(groups[0]?.merged).toHaveLength(count - 1);
  });

  it.each(all)("$method/$metric: boxes over everything among small ones far apart", (chosen) => {
    const small = Array.from({ length: count }, (_, index) => {
      return { box: [(index % 500) * 30, Math.floor(index / 500) * 30, 20, 20], score: 0.5, label: "a" } as const;
    });
    const giants = Array.from(
      { length: 200 },
      () => ({ box: [-1, -1, 20_000, 20_000], score: 0.4, label: "a" }) as const,
    );
    const groups = mergeDetections([...small, ...giants], chosen);
    // By IoU the large ones are one thing of their own; by IoS they fall to the first small one they cover.
    expect(groups).toHaveLength(chosen.metric === "iou" ? count + 1 : count);
  });
});

function ascending(a: number, b: number): number {
  return a - b;
}
