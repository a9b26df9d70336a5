import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planTiles } from "./plan-tiles.ts";
import vectors from "./slicing.vectors.json" with { type: "json" };

const byCount = fc.record({
  width: fc.integer({ min: 1, max: 5000 }),
  height: fc.integer({ min: 1, max: 5000 }),
  columns: fc.integer({ min: 1, max: 20 }),
  rows: fc.integer({ min: 1, max: 20 }),
  overlap: fc.double({ min: 0, max: 0.9, noNaN: true }),
});
const bySize = fc.record({
  width: fc.integer({ min: 1, max: 5000 }),
  height: fc.integer({ min: 1, max: 5000 }),
  tile: fc.integer({ min: 64, max: 2048 }),
  overlap: fc.double({ min: 0, max: 0.9, noNaN: true }),
});

describe("tiles by size", () => {
  it.each(vectors.map((vector, number) => ({ number, ...vector })))(
    "cuts reference case $number as published: $width×$height by $tileSize, overlap $overlap",
    ({ width, height, tileSize, overlap, tiles }) => {
      const plan = planTiles({ width, height, tiling: { tile: tileSize, overlap } });
      expect(plan.map(({ x, y, width: w, height: h }) => [x, y, x + w, y + h])).toEqual(tiles);
      expect(plan.map((tile) => tile.index)).toEqual(tiles.map((_, index) => index));
    },
  );

  it("covers every pixel, stays inside and keeps the tile side where the picture allows", () => {
    fc.assert(
      fc.property(bySize, ({ width, height, tile, overlap }) => {
        const plan = planTiles({ width, height, tiling: { tile, overlap } });
        expect(covers(plan, width, height)).toBe(true);
        for (const each of plan) {
          expect([each.width, each.height]).toEqual([Math.min(tile, width), Math.min(tile, height)]);
        }
      }),
    );
  });

  it("refuses more than a million tiles before making them", () => {
    const plan = () => planTiles({ width: 1_000_000, height: 1_000_000, tiling: { tile: 256, overlap: 0.5 } });
    expect(plan).toThrow(/tiles; at most 1000000/);
  });

  it.each([0, -1, 1.5, Number.NaN])("refuses a width of %s", (width) => {
    expect(() => planTiles({ width, height: 10, tiling: { tile: 64, overlap: 0 } })).toThrow(/cannot be tiled/);
  });
});

describe("tiles by columns and rows", () => {
  it("grows each region on its inner sides only", () => {
    const plan = planTiles({ width: 1000, height: 300, tiling: { columns: 3, rows: 1, overlap: 0.1 } });
    // Regions 0–333, 333–667, 667–1000; half of 10 % of the side is 16.65, 16.7 and 16.65 pixels.
    expect(plan.map(({ x, width }) => [x, x + width])).toEqual([
      [0, 350],
      [316, 684],
      [650, 1000],
    ]);
    expect(plan.every(({ y, height }) => y === 0 && height === 300)).toBe(true);
  });

  it("does not round the noise of a product outward", () => {
    // 0.07 · 200 is 14.000000000000002 in floating point.
    const plan = planTiles({ width: 400, height: 1, tiling: { columns: 2, rows: 1, overlap: 0.07 } });
    expect(plan.map(({ x, width }) => [x, width])).toEqual([
      [0, 207],
      [193, 207],
    ]);
  });

  it("covers every pixel with columns × rows tiles", () => {
    fc.assert(
      fc.property(byCount, ({ width, height, columns, rows, overlap }) => {
        fc.pre(columns <= width && rows <= height);
        const plan = planTiles({ width, height, tiling: { columns, rows, overlap } });
        expect(plan).toHaveLength(columns * rows);
        expect(covers(plan, width, height)).toBe(true);
      }),
    );
  });

  it("refuses more columns than pixels", () => {
    expect(() => planTiles({ width: 2, height: 9, tiling: { columns: 3, rows: 1, overlap: 0 } })).toThrow(
      /cannot be cut/,
    );
  });
});

/** The tiles are a product of column and row spans: the union covers the picture when the spans cover both axes. */
function covers(plan: ReturnType<typeof planTiles>, width: number, height: number): boolean {
  const columns = plan.map(({ x, width: length }) => [x, x + length] as const);
  const rows = plan.map(({ y, height: length }) => [y, y + length] as const);
  return coversAxis(columns, width) && coversAxis(rows, height);
}

function coversAxis(spans: readonly (readonly [number, number])[], length: number): boolean {
  let reached = 0;
  for (const [start, end] of spans.toSorted((a, b) => a[0] - b[0])) {
    if (start < 0 || end > length || start > reached) return false;
    reached = Math.max(reached, end);
  }
  return reached === length;
}
