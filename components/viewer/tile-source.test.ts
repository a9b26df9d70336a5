import { expect, it } from "vitest";
import { spanned } from "./pointer-tools.ts";
import { tileSource } from "./tile-source.ts";

it("asks for our level 0 where OpenSeadragon means its highest", () => {
  const source = tileSource({ id: "i", width: 2220, height: 2967, levels: 4 });
  expect(source.maxLevel).toBe(3);
  expect(source.getTileUrl(3, 4, 5)).toBe("/api/v1/images/i/tiles/0/4/5.jpg");
  expect(source.getTileUrl(0, 0, 0)).toBe("/api/v1/images/i/tiles/3/0/0.jpg");
});

it("draws within the picture, whichever corner comes first", () => {
  const image = { width: 100, height: 50 };
  expect(spanned([90, 40], [10, 20], image)).toEqual([10, 20, 80, 20]);
  expect(spanned([-5, -5], [500, 500], image)).toEqual([0, 0, 100, 50]);
});
