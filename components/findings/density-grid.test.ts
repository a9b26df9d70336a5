import { expect, it } from "vitest";
import { classColour } from "#lib/core/detection/class-colour.ts";
import { addRows, addTile, createDensityGrid, paintDensity } from "./density-grid.ts";
import { createFindingTable } from "./finding-table.ts";

const row = (id: string, x: number, y: number, label = "car") =>
  ({ id, box: [x, y, 2, 2], label, score: 0.5, review: "unreviewed", version: 1, provisional: false }) as const;
const reach = { left: 0, top: 0, right: 40, bottom: 40 };
const count = ({ cells }: { cells: Float32Array }): number[] => Array.from(cells).filter((_, at) => at % 4 === 0);

it("counts findings where their middles are, and paints what it counted", () => {
  const table = createFindingTable();
  table.put(
    [row("a", 0, 0), row("b", 8, 8), row("c", 10, 0), row("d", 39, 39), row("e", 100, 0)].map((each) => ({
      ...each,
      box: [...each.box],
    })),
    "event",
  );
  const grid = createDensityGrid(reach, 2, 2);
  expect(addRows(grid, table, (at) => table.idAt(at) !== "c")).toBe(2);
  expect(count(grid)).toEqual([2, 0, 0, 0]);
  const pixels = new Uint8ClampedArray(16);
  paintDensity(grid, pixels);
  expect([...pixels.subarray(0, 3)]).toEqual(classColour("car"));
  const own = createDensityGrid(reach, 1, 1);
  addRows(own, table, () => true, { car: "#010203" });
  const inOwn = new Uint8ClampedArray(4);
  paintDensity(own, inOwn);
  expect([...inOwn.subarray(0, 3)]).toEqual([1, 2, 3]);
  expect(pixels[3]).toBeGreaterThan(200);
  expect([...pixels.subarray(4)].every((value) => value === 0)).toBe(true);
});

it("spreads what is known of a tile over the cells that it covers, but for hidden classes", () => {
  // A tile of 512 pixels in two by two cells, of which the grid shows the upper left 256 in four by four.
  const tile = {
    address: { level: 0, x: 0, y: 0 },
    labels: ["car", "bus"],
    density: {
      side: 2,
      cells: Uint16Array.of(0, 3, 0),
      counts: Uint32Array.of(16, 5, 7),
      labelIndexes: Uint16Array.of(0, 0, 1),
    },
  };
  const grid = createDensityGrid({ left: 0, top: 0, right: 256, bottom: 256 }, 4, 4);
  expect(addTile(grid, tile, new Set(["bus"]))).toBe(16);
  expect(count(grid)).toEqual(new Array(16).fill(1));
  expect(addTile(grid, tile, new Set())).toBe(23);
});
