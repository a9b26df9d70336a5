import { describe, expect, it } from "vitest";
import type { Region } from "../detection/run.ts";
import { planRun } from "./plan-run.ts";

const tiling = { tile: 512, overlap: 0 };
const page = { page: 0, width: 2048, height: 1024 };
const whole = { tiling, region: null, wholePicture: true, inputSide: 512 };

function polygon(...points: [number, number][]): Region {
  const [first] = points;
  return { type: "Polygon", coordinates: [first ? [...points, first] : points] };
}

describe("the plan of a run", () => {
  it("ends with one whole-picture tile a page, read at the model's size", () => {
    const plan = planRun({ ...whole, pages: [page, { page: 3, width: 1024, height: 512 }] });
    expect(plan.map((tile) => tile.index)).toEqual(plan.map((_, index) => index));
    expect(plan.filter((tile) => tile.page === 3 && !tile.wholePicture)).toHaveLength(2);
    expect(plan.slice(-2)).toEqual([
      {
        index: 10,
        page: 0,
        x: 0,
        y: 0,
        width: 2048,
        height: 1024,
        readWidth: 512,
        readHeight: 256,
        wholePicture: true,
      },
      {
        index: 11,
        page: 3,
        x: 0,
        y: 0,
        width: 1024,
        height: 512,
        readWidth: 1024,
        readHeight: 512,
        wholePicture: true,
      },
    ]);
  });

  it("looks once at a page that one tile holds", () => {
    const plan = planRun({ ...whole, pages: [{ page: 0, width: 400, height: 300 }] });
    expect(plan).toEqual([
      { index: 0, page: 0, x: 0, y: 0, width: 400, height: 300, readWidth: 400, readHeight: 300, wholePicture: false },
    ]);
  });

  it("plans only tiles that share area with the region", () => {
    const region = polygon([512, 0], [1024, 0], [1024, 512], [512, 512]);
    const plan = planRun({ ...whole, pages: [page], region });
    expect(plan.map(({ x, y, wholePicture }) => [x, y, wholePicture])).toEqual([[512, 0, false]]);
  });

  it("takes a region's own bounds for the whole picture", () => {
    const region = polygon([500, 10.5], [1100, 10.5], [1100, 700], [500, 700]);
    const plan = planRun({ ...whole, pages: [page], region });
    expect(plan).toHaveLength(7);
    expect(plan.at(-1)).toMatchObject({ x: 500, y: 10, width: 600, height: 690, wholePicture: true });
  });

  it("leaves out a tile that lies wholly in a hole", () => {
    const region = polygon([-10, -10], [3000, -10], [3000, 3000], [-10, 3000]);
    region.coordinates.push([
      [500, -5],
      [1030, -5],
      [1030, 520],
      [500, 520],
      [500, -5],
    ]);
    const plan = planRun({ ...whole, wholePicture: false, pages: [page], region });
    expect(plan).toHaveLength(7);
    expect(plan.some(({ x, y }) => x === 512 && y === 0)).toBe(false);
  });

  it("finds a sliver that crosses a tile without touching a corner or the centre", () => {
    const region = polygon([600, 100], [700, 100], [650, 101]);
    const plan = planRun({ ...whole, pages: [page], region });
    expect(plan.map(({ x, y }) => [x, y])).toEqual([[512, 0]]);
  });

  it("refuses a region outside the picture", () => {
    const region = polygon([5000, 0], [6000, 0], [6000, 100]);
    expect(() => planRun({ ...whole, pages: [page], region })).toThrow(/outside the picture/);
  });

  it("reads large tiles at the model's size and others as they are", () => {
    const tiles = (side: number) =>
      planRun({ ...whole, wholePicture: false, pages: [page], tiling: { tile: side, overlap: 0 } })[0];
    expect(tiles(1024)).toMatchObject({ readWidth: 1024, readHeight: 1024 });
    expect(tiles(2048)).toMatchObject({ readWidth: 512, readHeight: 256 });
  });

  it("reads tiles at the level that is asked for, and smaller where that is still too large for the model", () => {
    const tiles = (side: number, level: number) =>
      planRun({ ...whole, wholePicture: false, pages: [page], tiling: { tile: side, overlap: 0, level } })[0];
    expect(tiles(512, 1)).toMatchObject({ width: 512, readWidth: 256, readHeight: 256 });
    expect(tiles(2048, 1)).toMatchObject({ readWidth: 1024, readHeight: 512 });
    expect(tiles(512, 0)).toEqual(planRun({ ...whole, wholePicture: false, pages: [page] })[0]);
  });
});
