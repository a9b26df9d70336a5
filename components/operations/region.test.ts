import fc from "fast-check";
import { expect, it } from "vitest";
import type { Tile } from "#lib/core/detection/run.ts";
import { regionTest } from "#lib/core/geometry/region.ts";
import { planTiles } from "#lib/core/tiling/plan-tiles.ts";
import { tileOf } from "../runs/tile-fixture.ts";
import { around, between, polygonOf, tilesIn } from "./region.ts";

const places: Tile[] = planTiles({ width: 1000, height: 700, tiling: { tile: 128, overlap: 0.2 } }).map(
  (place, index) => tileOf({ ...place, wholePicture: index === 3, state: "done", attempts: 1 }),
);
const point = fc.record({ x: fc.integer({ min: -50, max: 1050 }), y: fc.integer({ min: -50, max: 750 }) });

it("picks the tiles that the server picks for the same region", () => {
  fc.assert(
    fc.property(point, point, (a, b) => {
      const region = between(a, b);
      fc.pre(region.width > 0 && region.height > 0);
      const within = regionTest(polygonOf(region));
      const served = places.filter((place) => !place.wholePicture && within(place)).map(({ index }) => index);
      expect(tilesIn(places, 0, region).map(({ index }) => index)).toEqual(served);
      expect(tilesIn(places, 1, region)).toEqual([]);
    }),
  );
});

it("grows to hold two rectangles", () => {
  expect(around({ x: 10, y: 10, width: 5, height: 5 }, { x: 0, y: 12, width: 2, height: 20 })).toEqual({
    x: 0,
    y: 10,
    width: 15,
    height: 22,
  });
});
