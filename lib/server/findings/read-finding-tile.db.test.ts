import { describe, expect, it } from "vitest";
import { pool } from "#db/client.ts";
import { freshDatabase } from "#db/test-database.ts";
import { decodeFindingTile, EXACT_TILE_LIMIT, tileFindingId } from "#lib/core/api/finding-tile.ts";
import { decideOnMany } from "./bulk-findings.ts";
import { detect, imageWithRun, type Spot } from "./finding-fixtures.ts";
import { readFindingTile, TILE_LIMIT } from "./read-finding-tile.ts";

freshDatabase();

const V1 = { version: 1 } as const;
const V2 = { version: 2 } as const;

describe("a viewer tile", () => {
  it("holds what touches it, column by column", async () => {
    const place = await imageWithRun();
    const [inside = "", across = ""] = await detect(place, [
      { x: 1030, y: 10, size: 20, label: "car", score: 0.5 },
      { x: 1000, y: 500, size: 100, label: "bus", score: 0.75, review: "rejected" },
      { x: 3000, y: 3000, label: "tree" },
    ]);
    const tile = decodeFindingTile(
      (await readFindingTile({ imageId: place.imageId, level: 0, x: 2, y: 0 }, V1)).buffer,
    );
    expect([tile.total, tile.count]).toEqual([2, 2]);
    expect([tileFindingId(tile, 0), tileFindingId(tile, 1)]).toEqual([across, inside]);
    expect([...tile.boxes]).toEqual([1000, 500, 100, 100, 1030, 10, 20, 20]);
    expect([...tile.scores]).toEqual([0.75, 0.5]);
    expect([...tile.labelIndexes].map((index) => tile.labels[index])).toEqual(["bus", "car"]);
    expect([...tile.reviews]).toEqual([2, 0]);
    expect([...tile.flags]).toEqual([1, 1]);
    const wide = decodeFindingTile(
      (await readFindingTile({ imageId: place.imageId, level: 3, x: 0, y: 0 }, V1)).buffer,
    );
    expect(wide.total).toBe(3);
  });

  it("says how many there are where it cannot send them all, and sends the surest", async () => {
    const place = await imageWithRun();
    const count = TILE_LIMIT + 500;
    await detect(
      place,
      Array.from({ length: count }, (_, index): Spot => ({ x: index % 400, score: index / count })),
    );
    const tile = decodeFindingTile(
      (await readFindingTile({ imageId: place.imageId, level: 0, x: 0, y: 0 }, V1)).buffer,
    );
    expect([tile.total, tile.count]).toEqual([count, TILE_LIMIT]);
    expect(Math.min(...tile.scores)).toBeCloseTo(500 / count, 3);
  });
});

const whole = { level: 8, x: 0, y: 0 };

async function read(imageId: string, address: { level: number; x: number; y: number }, wish: object = {}) {
  return decodeFindingTile((await readFindingTile({ imageId, ...address }, { ...V2, ...wish })).buffer);
}

describe("a viewer tile of version 2", () => {
  it("holds every finding that touches it, with what a row of the other version says", async () => {
    const place = await imageWithRun();
    const [car = "", bus = ""] = await detect(place, [
      { x: 1030, y: 10, size: 20, label: "car", score: 0.5, review: "accepted" },
      { x: 1000, y: 500, size: 100, label: "bus", score: null, review: "rejected" },
      { x: 3000, y: 3000, label: "tree" },
    ]);
    await pool().query("UPDATE findings SET source = 'import', version = 70000, provisional = false WHERE id = $1", [
      bus,
    ]);
    const tile = await read(place.imageId, { level: 0, x: 2, y: 0 });
    expect([tile.total, tile.count, tile.density]).toEqual([2, 2, null]);
    const spelt = Array.from({ length: 2 }, (_, at) => ({
      id: tileFindingId(tile, at),
      box: [...tile.boxes.subarray(4 * at, 4 * at + 4)],
      score: tile.scores[at],
      label: tile.labels[tile.labelIndexes[at] ?? -1],
      rest: [tile.reviews[at], tile.flags[at], tile.versions[at]],
    })).sort((a, b) => (a.label ?? "").localeCompare(b.label ?? ""));
    expect(spelt).toEqual([
      { id: bus, box: [1000, 500, 100, 100], score: Number.NaN, label: "bus", rest: [2, 8, 70000] },
      { id: car, box: [1030, 10, 20, 20], score: 0.5, label: "car", rest: [1, 1, 1] },
    ]);
    expect((await read(place.imageId, whole)).total).toBe(3);
    expect((await read(place.imageId, whole, { label: ["tree"] })).labels).toEqual(["tree"]);
    expect((await read(place.imageId, { level: 0, x: 90, y: 90 })).count).toBe(0);
  });

  it("says how many lie where, of which class, when they are too many; and all again a level below", async () => {
    const place = await imageWithRun();
    const count = EXACT_TILE_LIMIT + 100;
    await detect(
      place,
      Array.from(
        { length: count },
        (_, at): Spot => ({ x: (at % 2) * 90_000, y: 0, label: at % 4 === 0 ? "bus" : "car" }),
      ),
    );
    const tile = await read(place.imageId, whole);
    expect([tile.total, tile.count]).toEqual([count, 0]);
    const { density } = tile;
    const entries = Array.from(density?.cells ?? [], (cell, at) => [
      cell,
      tile.labels[density?.labelIndexes[at] ?? -1],
      density?.counts[at],
    ]);
    // Cells of 1,024 pixels: the second heap is in column 87 of 128.
    expect(entries.sort((a, b) => Number(a[0]) - Number(b[0]) || String(a[1]).localeCompare(String(b[1])))).toEqual([
      [0, "bus", count / 4],
      [0, "car", count / 4],
      [87, "car", count / 2],
    ]);
    expect((await read(place.imageId, { level: 7, x: 1, y: 0 })).count).toBe(count / 2);
  });

  it("keeps where all of a run's findings lie, until one of them changes", async () => {
    const place = await imageWithRun();
    const count = EXACT_TILE_LIMIT + 100;
    const ids = await detect(
      place,
      Array.from({ length: count }, (_, at): Spot => ({ x: (at % 2) * 90_000 })),
    );
    const smallest = { level: 8, x: 0, y: 0 };
    const ofRun = { run: place.runId, page: 0 };
    const total = async (wish: object): Promise<number> => (await read(place.imageId, smallest, wish)).total;
    const keptRows = async () => (await pool().query("SELECT run_id, page FROM finding_densities")).rows;
    await total({});
    expect(await keptRows()).toEqual([]);
    expect(await total(ofRun)).toBe(count);
    expect(await keptRows()).toEqual([{ run_id: place.runId, page: 0 }]);

    // Without a word to the viewers it is not looked at again; another filter, and another picture's address, are others.
    await pool().query("UPDATE findings SET deleted_at = now() WHERE id = $1", [ids[0]]);
    expect(await total(ofRun)).toBe(count);
    expect(await total({ ...ofRun, label: ["car"] })).toBe(count - 1);
    const other = await imageWithRun();
    expect((await read(other.imageId, smallest, ofRun)).total).toBe(0);
    const elsewhere = await detect(other, [{}]);
    await decideOnMany(
      { imageId: other.imageId, filter: { ids: elsewhere }, change: { review: "accepted" } },
      { actor: "ann", role: "reviewer" },
    );
    expect(await total(ofRun)).toBe(count);

    await decideOnMany(
      { imageId: place.imageId, filter: { ids: ids.slice(1, 3) }, change: { label: "bus" } },
      { actor: "ann", role: "reviewer" },
    );
    const again = await read(place.imageId, smallest, ofRun);
    expect([again.total, again.labels.toSorted()]).toEqual([count - 1, ["bus", "car"]]);
  });

  it("sends outlines, holes and parts, of what is large enough", async () => {
    const place = await imageWithRun();
    const [holed = "", parted = "", small = "", plain = ""] = await detect(place, [
      { size: 40 },
      { size: 40 },
      { size: 4 },
      { size: 40 },
    ]);
    const ring = (at: number, side: number) => [
      [at, at],
      [at + side, at],
      [at, at + side],
      [at, at],
    ];
    const shapes = {
      [holed]: { type: "Polygon", coordinates: [ring(10, 40), ring(15, 5)] },
      [parted]: { type: "MultiPolygon", coordinates: [[ring(10, 5)], [ring(30, 5)]] },
      [small]: { type: "Polygon", coordinates: [ring(10, 4)] },
    };
    for (const [id, shape] of Object.entries(shapes)) {
      await pool().query("UPDATE findings SET geometry = $2 WHERE id = $1", [id, JSON.stringify(shape)]);
    }
    const tile = await read(place.imageId, { level: 0, x: 0, y: 0 }, { outlines: 12 });
    const drawn = new Map([...tile.outlines].map(([at, shape]) => [tileFindingId(tile, at), shape]));
    expect(drawn.get(holed)).toEqual(shapes[holed]);
    expect(drawn.get(parted)).toEqual(shapes[parted]);
    expect([drawn.size, drawn.has(small), drawn.has(plain)]).toEqual([2, false, false]);
  });
});
