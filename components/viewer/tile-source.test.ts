import { expect, it } from "vitest";
import { pagePicture, tileSource } from "./tile-source.ts";

it("asks for our level 0 where OpenSeadragon means its highest", () => {
  const size = { width: 2220, height: 2967, levels: 4 };
  const source = tileSource({ id: "i", ...size, pageSizes: [{ ...size, tileFormat: "jpg" }] });
  expect(source.maxLevel).toBe(3);
  expect(source.getTileUrl(3, 4, 5)).toBe("/api/v1/images/i/tiles/0/4/5.jpg");
  expect(source.getTileUrl(0, 0, 0)).toBe("/api/v1/images/i/tiles/3/0/0.jpg");
  const sharp = tileSource({ id: "i", ...size, pageSizes: [{ ...size, tileFormat: "webp" }] });
  expect(sharp.getTileUrl(0, 0, 0)).toBe("/api/v1/images/i/tiles/3/0/0.webp");
});

it("finds the small picture of a page at the end of its pyramid, where that is one tile", () => {
  const pageSizes = [
    { width: 2220, height: 2967, levels: 4, tileFormat: "webp" as const },
    { width: 300, height: 400, levels: 0, tileFormat: null },
    { width: 9000, height: 9000, levels: 2, tileFormat: null },
  ];
  const image = { id: "i", pageSizes };
  expect(pagePicture(image, 0)).toBe("/api/v1/images/i/tiles/3/0/0.webp?page=0");
  expect(pagePicture(image, 1)).toBe("/api/v1/images/i/tiles/0/0/0.jpg?page=1");
  expect(pagePicture(image, 2)).toBeNull();
  expect(pagePicture(image, 3)).toBeNull();
});
