import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EXACT_TILE_LIMIT } from "#lib/core/api/finding-tile.ts";
import { distanceFrom, leavesOf, quartersOf, rootTile, tileKey, tileSide, tilesFor } from "./tile-plan.ts";

it("covers a view at the level that the picture is shown at", () => {
  expect(tilesFor([500, 0, 600, 400], 1)).toEqual([
    { level: 0, x: 0, y: 0 },
    { level: 0, x: 1, y: 0 },
    { level: 0, x: 2, y: 0 },
  ]);
  expect(tilesFor([-50, -50, 4000, 2000], 0.25)).toEqual([
    { level: 2, x: 0, y: 0 },
    { level: 2, x: 1, y: 0 },
  ]);
});

it("begins with the smallest tile that holds the page", () => {
  expect(rootTile(512, 300).level).toBe(0);
  expect(rootTile(513, 300).level).toBe(1);
  expect(rootTile(40_000, 90_000).level).toBe(8);
  expect(quartersOf({ level: 2, x: 1, y: 0 }).map(tileKey)).toEqual(["1/2/0", "1/3/0", "1/2/1", "1/3/1"]);
  expect(quartersOf({ level: 0, x: 1, y: 0 })).toEqual([]);
});

it("knows which tile is nearest to what is looked at", () => {
  const tile = { level: 1, x: 1, y: 0 };
  expect(distanceFrom(tile, [1100, 10, 20, 20])).toBe(0);
  expect(distanceFrom(tile, [0, 0, 24, 24])).toBe(1012);
});

describe("the leaves below a tile", () => {
  const SIDE = 128;
  const entry = fc.record({ cell: fc.nat(SIDE * SIDE - 1), count: fc.integer({ min: 1, max: 9000 }) });

  it("hold every finding once, and each few enough, unless they lie in one cell", () => {
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 60 }), (entries) => {
        const root = { level: 9, x: 0, y: 0 };
        const density = {
          side: SIDE,
          cells: Uint16Array.from(entries, ({ cell }) => cell),
          counts: Uint32Array.from(entries, ({ count }) => count),
          labelIndexes: new Uint16Array(entries.length),
        };
        const cellSide = tileSide(root) / SIDE;
        const held = leavesOf(root, density).map((leaf) => {
          const side = tileSide(leaf) / cellSide;
          const inside = entries.filter(
            ({ cell }) =>
              Math.floor((cell % SIDE) / side) === leaf.x && Math.floor(Math.floor(cell / SIDE) / side) === leaf.y,
          );
          return { side, inside };
        });
        for (const { side, inside } of held) {
          const count = inside.reduce((sum, each) => sum + each.count, 0);
          expect(count).toBeGreaterThan(0);
          if (side > 1) expect(count).toBeLessThanOrEqual(EXACT_TILE_LIMIT);
        }
        expect(held.reduce((sum, { inside }) => sum + inside.length, 0)).toBe(entries.length);
      }),
      { numRuns: 60 },
    );
  });
});
