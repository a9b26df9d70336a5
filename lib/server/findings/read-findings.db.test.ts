import { describe, expect, it } from "vitest";
import { pool } from "#db/client.ts";
import { freshDatabase } from "#db/test-database.ts";
import { FINDING_SORTS, type FindingListQuery } from "#lib/core/api/findings.ts";
import { uuidv7 } from "#lib/uuid.ts";
import { decideOnMany } from "./bulk-findings.ts";
import { totalsOfRuns } from "./count-findings.ts";
import { detect, imageWithRun, type Spot } from "./finding-fixtures.ts";
import { readFindings, summariseFindings } from "./read-findings.ts";

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
    expect(await ids({ minScore: 0.92, labelScores: { bus: 0.2 } })).toEqual([far, sure]);
    expect(await ids({ labelScores: { car: 0.95, bus: 0.3 } })).toEqual([far, sure]);
    expect(await ids({ source: "person" })).toEqual([]);
    expect(await ids({ source: "model", minSide: 31 })).toEqual([]);
    expect(await ids({ minSide: 30, maxSide: 30 })).toHaveLength(3);
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

describe("the numbers of a run with very many findings", () => {
  it("are kept until one of them changes, of the run and of each page; filters are counted each time", async () => {
    const place = await imageWithRun();
    const count = 20_000;
    const spots = Array.from({ length: count }, (_, at): Spot => ({ x: at, label: at % 4 === 0 ? "bus" : "car" }));
    const [first = "", second = ""] = await detect(place, spots);
    await detect(await imageWithRun(), [{}]);
    const { runId, imageId } = place;
    const told = async () => [
      (await totalsOfRuns([runId])).get(runId),
      (await summariseFindings(imageId, { run: runId })).total,
      (await summariseFindings(imageId, { run: runId, page: 0 })).labels,
    ];
    const before = [
      count,
      count,
      [
        { label: "car", count: 15_000 },
        { label: "bus", count: 5000 },
      ],
    ];
    expect(await told()).toEqual(before);
    const kept = await pool().query(
      "SELECT page, total, groups IS NOT NULL AS grouped FROM finding_counts ORDER BY page",
    );
    expect(kept.rows).toEqual([
      { page: 0, total: count, grouped: true },
      { page: null, total: count, grouped: true },
    ]);

    // Without a word to the viewers they are not looked at again; what has a filter is, and another picture's address is another's.
    await pool().query("UPDATE findings SET deleted_at = now() WHERE id = $1", [first]);
    expect(await told()).toEqual(before);
    expect((await summariseFindings(imageId, { run: runId, label: ["bus"] })).total).toBe(4999);
    const other = await imageWithRun();
    expect((await summariseFindings(other.imageId, { run: runId })).total).toBe(0);

    await decideOnMany(
      { imageId, filter: { ids: [second] }, change: { label: "bus" } },
      { actor: "ann", role: "reviewer" },
    );
    expect(await told()).toEqual([
      count - 1,
      count - 1,
      [
        { label: "car", count: 14_999 },
        { label: "bus", count: 5000 },
      ],
    ]);
  });
});
