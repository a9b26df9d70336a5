import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { scopeOf, tileNumbers } from "./tile-scope.ts";

const RING = [
  [10, 20],
  [40, 20],
  [40, 60],
  [10, 60],
  [10, 20],
];

describe("what a retry on the command line is about", () => {
  it("is all that failed where nothing is named", async () => {
    expect(await scopeOf({})).toBe("failed");
  });

  it("is single tiles and ranges, each once", () => {
    expect(tileNumbers("3,7,9-12, 7")).toEqual([3, 7, 9, 10, 11, 12]);
  });

  it.each(["", "3,", "a", "5-3", "-1", "1.5", "0-999999999"])("refuses %j as tiles", async (tiles) => {
    await expect(scopeOf({ tiles })).rejects.toMatchObject({ code: "bad-input" });
  });

  it("is a region as four numbers, as GeoJSON, or in a file", async () => {
    const polygon = { type: "Polygon", coordinates: [RING] };
    const file = join(await mkdtemp(join(tmpdir(), "tessera-region-")), "region.geojson");
    await writeFile(file, JSON.stringify({ type: "Feature", properties: {}, geometry: polygon }));
    for (const region of ["10,20,30,40", JSON.stringify(polygon), file]) {
      expect(await scopeOf({ region })).toMatchObject({ region: polygon });
    }
    expect(await scopeOf({ region: "10,20,30,40", page: 2 })).toEqual({ region: polygon, page: 2 });
  });

  it.each(["1,2,3", "1,2,0,4", "nowhere.geojson", "{", '{"type":"Point","coordinates":[1,2]}', '{"type":"Polygon"}'])(
    "refuses %j as a region",
    async (region) => {
      await expect(scopeOf({ region })).rejects.toMatchObject({ code: "bad-input" });
    },
  );

  it("refuses tiles with a region, and a page alone", async () => {
    await expect(scopeOf({ tiles: "1", region: "0,0,1,1" })).rejects.toMatchObject({ code: "bad-input" });
    await expect(scopeOf({ page: 1 })).rejects.toMatchObject({ code: "bad-input" });
  });
});
