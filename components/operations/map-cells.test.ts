import fc from "fast-check";
import { expect, it } from "vitest";
import type { Tile } from "#lib/core/detection/run.ts";
import { planTiles } from "#lib/core/tiling/plan-tiles.ts";
import { tileOf } from "../runs/tile-fixture.ts";
import { cellsOf } from "./map-cells.ts";

function placesOf(width: number, height: number, tile: number, overlap: number): Tile[] {
  return planTiles({ width, height, tiling: { tile, overlap } }).map((place) =>
    tileOf({ ...place, state: "done", attempts: 1 }),
  );
}

it("parts the whole picture among its tiles: every point lies in one cell, within its tile", () => {
  const plan = fc.record({
    width: fc.integer({ min: 16, max: 700 }),
    height: fc.integer({ min: 16, max: 700 }),
    tile: fc.integer({ min: 16, max: 200 }),
    overlap: fc.double({ min: 0, max: 0.6, noNaN: true }),
    at: fc.record({
      x: fc.double({ min: 0, max: 0.999, noNaN: true }),
      y: fc.double({ min: 0, max: 0.999, noNaN: true }),
    }),
  });
  fc.assert(
    fc.property(plan, ({ width, height, tile, overlap, at }) => {
      const places = placesOf(width, height, tile, overlap);
      const cells = cellsOf(places, 0);
      const point = { x: at.x * width, y: at.y * height };
      const found = cells.at(point);
      const [place, cell] = [places[found ?? -1], cells.cellOf(found ?? -1)];
      if (!place || !cell) throw new Error("a point lies in no cell");
      expect(point.x >= cell.x && point.x < cell.x + cell.width).toBe(true);
      expect(point.y >= cell.y && point.y < cell.y + cell.height).toBe(true);
      expect(cell.x >= place.x && cell.x + cell.width <= place.x + place.width).toBe(true);
      expect(cell.y >= place.y && cell.y + cell.height <= place.y + place.height).toBe(true);
      const area = cells.tiles.reduce((sum, index) => {
        const { width: w, height: h } = cells.cellOf(index) ?? { width: 0, height: 0 };
        return sum + w * h;
      }, 0);
      expect(area).toBeCloseTo(width * height, 3);
    }),
  );
});

it("leaves other pages and looks at the whole picture out", () => {
  const places = placesOf(256, 256, 128, 0).map((place, index): Tile => {
    return { ...place, page: index === 1 ? 1 : 0, wholePicture: index === 2 };
  });
  const cells = cellsOf(places, 0);
  expect(cells.tiles).toEqual([0, 3]);
  expect(cells.at({ x: 130, y: 10 })).toBeNull();
  expect(cellsOf(places, 1).at({ x: 130, y: 10 })).toBe(1);
});
