import { expect, test } from "vitest";
import { disagreements } from "./disagreement.ts";

// Two tiles side by side that share 40 pixels, and one below both that shares 40 with them.
const TILES = [
  { index: 0, x: 0, y: 0, width: 100, height: 100 },
  { index: 1, x: 60, y: 0, width: 100, height: 100 },
  { index: 5, x: 0, y: 60, width: 160, height: 100 },
];

test("of the tiles that show an object whole, the part that did not detect it", () => {
  const shared = (tiles: number[]) => ({ box: [65, 65, 20, 20] as const, tiles });
  expect(disagreements([shared([0, 1, 5]), shared([0, 5]), shared([1])], TILES)).toEqual([0, 1 / 3, 2 / 3]);
});

test("nothing is compared where one tile alone shows it whole, or none does", () => {
  const alone = { box: [10, 10, 20, 20] as const, tiles: [0] };
  const acrossTheSeam = { box: [50, 10, 60, 20] as const, tiles: [0, 1] };
  expect(disagreements([alone, acrossTheSeam], TILES)).toEqual([null, null]);
  expect(disagreements([alone], [])).toEqual([null]);
});

test("a part that was detected in a tile which cuts the object is no vote", () => {
  expect(disagreements([{ box: [62, 20, 30, 30], tiles: [5] }], TILES)).toEqual([1]);
});
