import { describe, expect, it } from "vitest";
import { pool } from "#db/client.ts";
import { freshDatabase } from "#db/test-database.ts";
import { type ReviewOrder, type ReviewQueueRequest, reviewQueueRequest } from "#lib/core/api/review.ts";
import { uuidv7 } from "#lib/uuid.ts";
import type { Principal } from "../access/principal.ts";
import { changeFinding } from "../findings/change-finding.ts";
import { drawFinding } from "../findings/draw-finding.ts";
import { detect, imageWithRun } from "../findings/finding-fixtures.ts";
import { estimateRun, noteSearched } from "./estimate-run.ts";
import { reviewQueue } from "./review-queue.ts";

freshDatabase();

const ann: Principal = { id: "person:ann", actor: "ann@example.org", role: "reviewer", kind: "session" };
const bob: Principal = { id: "person:bob", actor: "bob@example.org", role: "reviewer", kind: "session" };

/** A page of somebody's in review. */
function pageOf(who: Principal, imageId: string) {
  const page = uuidv7();
  return (request: Omit<ReviewQueueRequest, "page"> = {}) =>
    reviewQueue(imageId, reviewQueueRequest.parse({ page, ...request }), who);
}
const idsOf = ({ items }: { items: { id: string }[] }) => items.map((item) => item.id);

describe("the queue of review", () => {
  it("puts the least certain first, by class, by size or in an order of its own", async () => {
    const place = await imageWithRun();
    const [sure = "", unsure = "", large = ""] = await detect(place, [
      { score: 0.99, label: "a" },
      { score: 0.52, label: "b" },
      { score: 0.2, label: "c", size: 90 },
    ]);
    const alone = async (order: ReviewOrder) => {
      const take = pageOf(ann, place.imageId);
      const ids = idsOf(await take({ order }));
      await take({ count: 0, release: true });
      return ids;
    };
    expect(await alone("uncertainty")).toEqual([unsure, large, sure]);
    expect(await alone("label")).toEqual([sure, unsure, large]);
    expect((await alone("size"))[0]).toBe(large);
    expect(await alone("random")).toEqual(await alone("random"));
  });

  it("gives nobody what another holds, however many ask at once", async () => {
    const place = await imageWithRun();
    await detect(
      place,
      Array.from({ length: 60 }, (_, index) => ({ score: index / 60 })),
    );
    const pages = [ann, bob, ann, bob].map((who) => pageOf(who, place.imageId));
    const taken = await Promise.all(pages.map((take) => take({ count: 20 })));
    const more = await Promise.all(
      pages.map((take, at) => take({ count: 20, keep: idsOf(taken[at] ?? { items: [] }) })),
    );
    const all = [...taken, ...more].flatMap(idsOf);
    expect(new Set(all).size).toBe(all.length);
    expect(all).toHaveLength(60);
    expect(more.map(({ kept }) => kept.length)).toEqual(taken.map(({ items }) => items.length));
  });

  it("frees what is given back, what is decided, and what nobody asked for in time", async () => {
    const place = await imageWithRun();
    const [id = ""] = await detect(place, [{}]);
    const [mine, yours] = [pageOf(ann, place.imageId), pageOf(bob, place.imageId)];
    expect(idsOf(await mine())).toEqual([id]);
    expect(await yours()).toMatchObject({ items: [], waiting: 1 });
    await mine({ count: 0, release: true });
    expect(idsOf(await yours())).toEqual([id]);
    await pool().query("UPDATE review_holds SET until = now() - interval '1 second' WHERE finding_id = $1", [id]);
    expect(idsOf(await mine())).toEqual([id]);
    expect(await yours({ keep: [id] })).toMatchObject({ kept: [], items: [] });
    expect(await mine({ keep: [id] })).toMatchObject({ kept: [id], items: [] });
    await changeFinding(id, { review: "accepted" }, 1, ann);
    expect(await mine({ keep: [id] })).toMatchObject({ kept: [], items: [], waiting: 0 });
  });

  it("leaves out what was set aside and other classes", async () => {
    const place = await imageWithRun();
    const [car = "", bus = ""] = await detect(place, [{ label: "car" }, { label: "bus" }]);
    const take = pageOf(ann, place.imageId);
    expect(idsOf(await take({ label: "bus" }))).toEqual([bus]);
    expect(idsOf(await take({ skip: [car], keep: [bus] }))).toEqual([]);
  });
});

describe("the estimate of a run", () => {
  it("builds precision on the first in random order alone, by the class that the model gave", async () => {
    const place = await imageWithRun();
    await detect(
      place,
      Array.from({ length: 40 }, (_, index) => ({ label: index % 2 ? "car" : "bus", score: index / 40 })),
    );
    const take = pageOf(ann, place.imageId);
    // Decided for another reason, and not among the first at random: says nothing of the run.
    const order = idsOf(await take({ order: "random", count: 40 }));
    await changeFinding(order.at(-1) ?? "", { review: "rejected" }, 1, ann);
    expect((await estimateRun(place.runId)).precision).toMatchObject({ right: 0, all: 0, share: null });

    const note = { writeId: null, sampled: true };
    const decisions = [{ review: "accepted" }, { review: "accepted", label: "van" }, { review: "rejected" }] as const;
    for (const [at, patch] of decisions.entries()) await changeFinding(order[at] ?? "", patch, 1, ann, note);
    for (const id of order.slice(3, 10)) await changeFinding(id, { review: "accepted" }, 1, ann, note);
    const { precision } = await estimateRun(place.runId);
    expect(precision).toMatchObject({ right: 8, all: 10, share: { value: 0.8 } });
    expect(precision.share?.low).toBeCloseTo(0.4902, 4);
    expect(precision.more).toBeGreaterThan(200);
    expect(precision.labels.map(({ label }) => label).sort()).toEqual(["bus", "car"]);
    expect(precision.labels.reduce((sum, { all }) => sum + all, 0)).toBe(10);
  });

  it("builds recall on what is there in the tiles that were searched", async () => {
    const place = await imageWithRun();
    await pool().query(
      `INSERT INTO tiles (run_id, index, page, x, y, width, height, read_width, read_height)
        VALUES ($1, 0, 0, 0, 0, 200, 200, 200, 200), ($1, 1, 0, 150, 0, 200, 200, 200, 200)`,
      [place.runId],
    );
    const found = await detect(place, [{ x: 10 }, { x: 160 }, { x: 50 }, { x: 900 }]);
    for (const [at, id] of found.entries()) {
      await changeFinding(id, { review: at === 2 ? "rejected" : "accepted" }, 1, ann);
    }
    const missed = {
      imageId: place.imageId,
      runId: place.runId,
      page: 0,
      box: [100, 100, 10, 10] as const,
      geometry: null,
    };
    await drawFinding({ ...missed, box: [...missed.box], label: "car" }, bob.actor);
    await noteSearched(place.runId, { tile: 0, searched: true }, ann.actor);
    const both = await noteSearched(place.runId, { tile: 1, searched: true }, ann.actor);
    expect(both.recall).toMatchObject({ right: 2, all: 3, tiles: [0, 1] });
    expect((await noteSearched(place.runId, { tile: 0, searched: false }, ann.actor)).recall).toMatchObject({
      right: 1,
      all: 1,
      tiles: [1],
    });
    await expect(estimateRun(uuidv7())).rejects.toMatchObject({ status: 404 });
  });
});
