import { expect, it } from "vitest";
import type { ComparedPlaces } from "#lib/core/api/compared-places.ts";
import { comparisonState, keyOf, readCompared, stillAt, wordsOf, writeCompared } from "./comparison.ts";

it("what is compared stands in the address, and comes back from it", () => {
  const compared = { others: ["imported", "person:ana@example.org"], iou: 0.3 };
  const parameters = new URLSearchParams();
  writeCompared(parameters, compared);
  expect(readCompared(parameters)).toEqual(compared);
  expect(readCompared(new URLSearchParams("with=nonsense&overlap=9"))).toEqual({ others: [], iou: 0.5 });
});

it.each([
  [[0, 1], false, 2, "Both"],
  [[0, 1], true, 2, "Both, other names"],
  [[1], false, 2, "Only B"],
  [[0, 2], false, 3, "A and C"],
  [[0, 1, 2], true, 3, "All, other names"],
  [[0, 1, 3], false, 4, "A, B and D"],
])("a part is told in words: %s %s of %s", (sides, renamed, count, words) => {
  expect(wordsOf({ in: sides, renamed }, count)).toBe(words);
  expect(keyOf({ in: sides, renamed })).toBe(`${sides.join()}${renamed ? "*" : ""}`);
});

it("the place that was chosen is found again by its findings where the others have moved", () => {
  const found = (...findings: string[][]): ComparedPlaces => ({
    imageId: "image",
    iou: 0.5,
    sides: [],
    regions: [],
    pairs: [],
    places: findings.map((each) => {
      return { in: [0], renamed: false, box: [0, 0, 1, 1], labels: [], score: null, findings: each };
    }),
    total: findings.length,
  });
  const state = { ...comparisonState({ others: ["imported"], iou: 0.5 }), found: found(["a"], ["b", "c"]), at: 1 };
  expect(stillAt(state, found(["b", "c"], ["a"]))).toBe(0);
  expect(stillAt(state, found(["a"], ["b"]))).toBeNull();
  expect(stillAt({ ...state, at: null }, found(["b", "c"]))).toBeNull();
});
