import { describe, expect, it } from "vitest";
import { freshDatabase } from "#db/test-database.ts";
import { decodeFindingTile, tileFindingId } from "#lib/core/api/finding-tile.ts";
import { FINDING_SORTS, type FindingListQuery } from "#lib/core/api/findings.ts";
import { uuidv7 } from "#lib/uuid.ts";
import { detect, imageWithRun, type Spot } from "./finding-fixtures.ts";
import { readFindings, readFindingTile, summariseFindings, TILE_LIMIT } from "./read-findings.ts";

freshDatabase();

const ask = (query: Partial<FindingListQuery> = {}): FindingListQuery => ({ sort: "id", limit: 100, ...query });

describe("the list of findings", () => {
  it("finds by place, label, score, review and run", async () => {
    const place = await imageWithRun();
    const [near, far, sure] = await detect(place, [
      { x: 0, y: 0, label: "car", score: 0.9 },
      { x: 5000, y: 5000, label: "bus", score: 0.3, review: "accepted" },
      { x: 100, y: 0, label: "tree", score: 0.95 },
    ]);
    const ids = async (query: Partial<FindingListQuery>) =>
      (await readFindings(place.imageId, ask(query))).items.map((finding) => finding.id);
    expect(await ids({ bbox: [0, 0, 50, 50] })).toEqual([near]);
    expect(await ids({ bbox: [4000, 4000, 2000, 2000] })).toEqual([far]);
    expect(await ids({ label: ["car", "bus"] })).toEqual([near, far]);
    expect(await ids({ minScore: 0.9 })).toEqual([near, sure]);
    expect(await ids({ review: "accepted" })).toEqual([far]);
    expect(await ids({ run: place.runId, sort: "-score" })).toEqual([sure, near, far]);
    expect(await ids({ run: uuidv7() })).toEqual([]);
  });

  it("pages through in every order without a gap or a double, ties and missing scores included", async () => {
    const place = await imageWithRun();
    const spots = Array.from({ length: 57 }, (_, index): Spot => {
      const score = index % 11 === 0 ? null : (index % 5) / 7;
      return { size: 10 + (index % 4), label: `é${index % 3}`, score };
    });
    const all = await detect(place, spots);
    for (const sort of FINDING_SORTS) {
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await readFindings(place.imageId, ask({ sort, limit: 10, cursor }));
        seen.push(...page.items.map((finding) => finding.id));
        cursor = page.nextCursor ?? undefined;
      } while (cursor);
      expect([sort, seen.length, new Set(seen).size]).toEqual([sort, 57, 57]);
      expect(new Set(seen)).toEqual(new Set(all));
    }
    const first = await readFindings(place.imageId, ask({ sort: "score", limit: 10 }));
    const mixed = readFindings(place.imageId, ask({ sort: "label", cursor: first.nextCursor ?? "" }));
    await expect(mixed).rejects.toMatchObject({ status: 400 });
  });

  it("counts by label, review and twentieths of score", async () => {
    const place = await imageWithRun();
    await detect(place, [
      { label: "car", score: 0.9 },
      { label: "car", score: 1 },
      { label: "bus", score: 0, review: "rejected" },
      { label: "bus", score: null },
      { label: "car", score: 0.05 },
    ]);
    const summary = await summariseFindings(place.imageId, {});
    expect(summary).toMatchObject({
      total: 5,
      labels: [
        { label: "car", count: 3 },
        { label: "bus", count: 2 },
      ],
      review: { unreviewed: 4, accepted: 0, rejected: 1 },
    });
    expect(summary.histogram.flatMap((count, bin) => (count ? [[bin, count]] : []))).toEqual([
      [0, 1],
      [1, 1],
      [18, 1],
      [19, 1],
    ]);
  });
});

describe("a viewer tile", () => {
  it("holds what touches it, column by column", async () => {
    const place = await imageWithRun();
    const [inside = "", across = ""] = await detect(place, [
      { x: 1030, y: 10, size: 20, label: "car", score: 0.5 },
      { x: 1000, y: 500, size: 100, label: "bus", score: 0.75, review: "rejected" },
      { x: 3000, y: 3000, label: "tree" },
    ]);
    const tile = decodeFindingTile(
      (await readFindingTile({ imageId: place.imageId, level: 0, x: 2, y: 0 }, {})).buffer,
    );
    expect([tile.total, tile.count]).toEqual([2, 2]);
    expect([tileFindingId(tile, 0), tileFindingId(tile, 1)]).toEqual([across, inside]);
    expect([...tile.boxes]).toEqual([1000, 500, 100, 100, 1030, 10, 20, 20]);
    expect([...tile.scores]).toEqual([0.75, 0.5]);
    expect([...tile.labelIndexes].map((index) => tile.labels[index])).toEqual(["bus", "car"]);
    expect([...tile.reviews]).toEqual([2, 0]);
    expect([...tile.flags]).toEqual([1, 1]);
    const wide = decodeFindingTile(
      (await readFindingTile({ imageId: place.imageId, level: 3, x: 0, y: 0 }, {})).buffer,
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
      (await readFindingTile({ imageId: place.imageId, level: 0, x: 0, y: 0 }, {})).buffer,
    );
    expect([tile.total, tile.count]).toEqual([count, TILE_LIMIT]);
    expect(Math.min(...tile.scores)).toBeCloseTo(500 / count, 3);
  });
});
