import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compare } from "./compare.ts";
import type { Compared } from "./evaluate.ts";

const at = (x: number, label = "car", size = 10, page = 0): Compared => ({
  page,
  box: [x, 0, size, size],
  label,
  score: null,
});

describe("two sets of findings", () => {
  it("pair at one place: under one name first, the closest first, each once", () => {
    const here = [at(0), at(100), at(200), at(300, "bus"), at(400, "car", 10, 1)];
    const there = [at(1), at(2), at(200, "bus"), at(300), at(301, "bus"), at(400)];
    const result = compare(here, there, 0.5);
    expect(result.matched.map(({ here: one, there: other }) => [one, other])).toEqual([
      [0, 0],
      [3, 4],
    ]);
    expect(result.renamed).toEqual([{ here: 2, there: 2, iou: 1 }]);
    expect(result.onlyHere).toEqual([1, 4]);
    expect(result.onlyThere).toEqual([1, 3, 5]);
  });

  it("pair where they have no area only when they are exactly there", () => {
    expect(compare([at(5, "a", 0)], [at(5, "a", 0), at(5.5, "a", 0)], 0.5)).toMatchObject({
      matched: [{ here: 0, there: 0, iou: 1 }],
      onlyThere: [1],
    });
  });

  const findings = fc.array(
    fc
      .record({
        x: fc.integer({ min: 0, max: 60 }),
        label: fc.constantFrom("a", "b"),
        size: fc.integer({ min: 0, max: 20 }),
        page: fc.constantFrom(0, 1),
      })
      .map(({ x, label, size, page }) => at(x, label, size, page)),
    { maxLength: 15 },
  );
  it("account for every finding once, and alike from either side", () => {
    fc.assert(
      fc.property(findings, findings, (here, there) => {
        const one = compare(here, there, 0.3);
        const pairs = [...one.matched, ...one.renamed];
        expect([...pairs.map((pair) => pair.here), ...one.onlyHere].toSorted((a, b) => a - b)).toEqual([
          ...here.keys(),
        ]);
        expect([...pairs.map((pair) => pair.there), ...one.onlyThere].toSorted((a, b) => a - b)).toEqual([
          ...there.keys(),
        ]);
        expect(pairs.every(({ iou }) => iou >= 0.3)).toBe(true);
        expect(compare(here, here, 0.3)).toMatchObject({ renamed: [], onlyHere: [], onlyThere: [] });
      }),
    );
  });
});
