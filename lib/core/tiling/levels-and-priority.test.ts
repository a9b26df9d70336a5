import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FARTHEST_RING, viewRing } from "./priority.ts";
import { pyramidLevels } from "./pyramid-levels.ts";

describe("pyramid levels", () => {
  it("halves, rounding up, until one viewer tile holds the level", () => {
    expect(pyramidLevels(2049, 1001)).toEqual([
      { width: 2049, height: 1001 },
      { width: 1025, height: 501 },
      { width: 513, height: 251 },
      { width: 257, height: 126 },
    ]);
    expect(pyramidLevels(512, 512)).toHaveLength(1);
  });

  it("ends at once for a picture a tile holds and never loses a pixel", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 1e6 }), (width, height) => {
        const levels = pyramidLevels(width, height);
        const last = levels.at(-1);
        expect(last && last.width <= 512 && last.height <= 512).toBe(true);
        for (const [number, level] of levels.entries()) {
          expect(level).toEqual({ width: Math.ceil(width / 2 ** number), height: Math.ceil(height / 2 ** number) });
        }
      }),
    );
  });
});

describe("view ring", () => {
  const view = { x: 1000, y: 1000, width: 500, height: 500 };
  const tile = (x: number, y: number) => ({ x, y, width: 100, height: 100 });

  it("is 0 in view and counts the rings of tiles around it, up to the farthest", () => {
    expect(viewRing(tile(1200, 950), view)).toBe(0);
    expect(viewRing(tile(1550, 1000), view)).toBe(1);
    expect(viewRing(tile(1650, 1000), view)).toBe(2);
    expect(viewRing(tile(690, 790), view)).toBe(3);
    expect(viewRing(tile(90_000, 1000), view)).toBe(FARTHEST_RING);
  });
});
