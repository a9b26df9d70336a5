import { describe, expect, it } from "vitest";
import { pool } from "#db/client.ts";
import { findRun } from "#db/queries/runs.ts";
import { claimTiles, commitTiles, insertTiles } from "#db/queries/tiles.ts";
import { freshDatabase } from "#db/test-database.ts";
import { TICKET_VERSION } from "#lib/core/checkpoint.ts";
import type { Detection } from "#lib/core/detection/finding.ts";
import { uuidv7 } from "#lib/uuid.ts";
import { readFindings } from "../findings/read-findings.ts";
import { mergeAgain, retryTiles } from "./control-run.ts";
import { mergeRun } from "./merge-run.ts";

freshDatabase();

const CONFIGURATION = {
  version: 1,
  pages: [0],
  model: "local:centernet",
  synthesisModel: "local:synthesis",
  merge: { method: "greedy-nmm", metric: "ios", threshold: 0.5 },
};

function car(x: number, score: number): Detection {
  return { box: [x, 10, 40, 20], score, label: "car" };
}

/** A running run whose tiles have all answered; returns its provisional findings' ids, tile by tile. */
async function answeredRun(answers: readonly Detection[][]): Promise<{ runId: string; ids: string[][] }> {
  const [collectionId, imageId, runId] = [uuidv7(), uuidv7(), uuidv7()];
  await pool().query("INSERT INTO collections (id, name, providers) VALUES ($1, $2, '{local}')", [
    collectionId,
    collectionId,
  ]);
  await pool().query(
    `INSERT INTO images (id, collection_id, name, state, sha256, pages) VALUES ($1, $2, 'road', 'ready', $3, $4)`,
    [imageId, collectionId, imageId, JSON.stringify([{ width: 900, height: 100, levels: 1 }])],
  );
  await pool().query(
    `INSERT INTO runs (id, image_id, state, configuration, concurrency, created_by, tiles_total)
      VALUES ($1, $2, 'running', $3, 4, 'test', $4)`,
    [runId, imageId, JSON.stringify(CONFIGURATION), answers.length],
  );
  const place = { page: 0, y: 0, width: 100, height: 100, readWidth: 100, readHeight: 100, wholePicture: false };
  await insertTiles(
    pool(),
    runId,
    answers.map((_, index) => ({ index, x: index * 80, ...place })),
  );
  const ids: string[][] = [];
  for (const tile of await claimTiles(pool(), { runId, pass: 0, worker: 1, count: answers.length })) {
    ids.push(await answer(runId, imageId, tile, answers[tile.index] ?? []));
  }
  return { runId, ids };
}

async function answer(
  runId: string,
  imageId: string,
  tile: { index: number; attempts: number },
  detections: Detection[],
): Promise<string[]> {
  const findings = detections.map(({ box, label, score }) => {
    return { id: uuidv7(), page: 0, box, label, score, review: "unreviewed" as const, version: 1 };
  });
  const usage = {
    queueMs: 0,
    modelMs: 1,
    latencyMs: 1,
    model: "local:centernet",
    inputTokens: 0,
    outputTokens: 0,
    cost: null,
  };
  const hold = { runId, index: tile.index, attempts: tile.attempts, worker: 1 };
  expect(await commitTiles(pool(), [{ imageId, hold, result: { detections, findings, ...usage } }])).toEqual([true]);
  return findings.map((finding) => finding.id);
}

type Row = {
  id: string;
  x: number;
  width: number;
  review: string;
  label: string;
  provisional: boolean;
  members: number;
};

async function findingsOf(runId: string): Promise<Row[]> {
  const { rows } = await pool().query<Row>(
    `SELECT id, x, width, review, label, provisional, jsonb_array_length(members) AS members FROM findings
      WHERE run_id = $1 ORDER BY x, id`,
    [runId],
  );
  return rows;
}

const ticket = (runId: string, pass = 0) => ({ version: TICKET_VERSION, runId, pass, sequence: 1 });

describe("the final merge", () => {
  it("joins what two tiles saw of one car, and keeps what only one saw", async () => {
    const { runId } = await answeredRun([[car(70, 0.6)], [car(72, 0.9), car(140, 0.5)]]);
    await mergeRun(ticket(runId));
    const found = await findingsOf(runId);
    expect(found.map(({ x, width, members, provisional }) => ({ x, width, members, provisional }))).toEqual([
      { x: 70, width: 42, members: 2, provisional: false },
      { x: 140, width: 40, members: 1, provisional: false },
    ]);
  });

  it("changes nothing when it is delivered twice", async () => {
    const { runId } = await answeredRun([[car(70, 0.6)], [car(72, 0.9)]]);
    await mergeRun(ticket(runId));
    const once = await findingsOf(runId);
    await mergeRun(ticket(runId));
    expect(await findingsOf(runId)).toEqual(once);
  });

  it("carries a decision to the finding that holds the same detection, under its id", async () => {
    const { runId, ids } = await answeredRun([[car(70, 0.6)], [car(72, 0.9)]]);
    const decided = ids[0]?.[0];
    await pool().query("UPDATE findings SET review = 'rejected', version = version + 1 WHERE id = $1", [decided]);
    await mergeRun(ticket(runId));
    expect(await findingsOf(runId)).toMatchObject([{ id: decided, review: "rejected", members: 2 }]);
  });

  it("returns the item to the queue where two decided ones fall together, and drops neither decision nor comment", async () => {
    const { runId, ids } = await answeredRun([[car(70, 0.6)], [car(72, 0.9)]]);
    const [first, second] = [ids[0]?.[0], ids[1]?.[0]];
    await pool().query("UPDATE findings SET review = 'accepted' WHERE id = $1", [first]);
    await pool().query("UPDATE findings SET review = 'rejected' WHERE id = $1", [second]);
    for (const id of [first, second]) {
      await pool().query("INSERT INTO comments (id, finding_id, actor, text) VALUES ($1, $2, 'ann', 'mine')", [
        uuidv7(),
        id,
      ]);
    }
    await mergeRun(ticket(runId));
    const [finding, ...others] = await findingsOf(runId);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ review: "unreviewed", members: 2 });
    const comments = await pool().query("SELECT 1 FROM comments WHERE finding_id = $1", [finding?.id]);
    expect(comments.rowCount).toBe(2);
    const { rows: history } = await pool().query<{ action: string; review: string }>(
      "SELECT action, before->>'review' AS review FROM finding_events WHERE finding_id = $1 ORDER BY id",
      [finding?.id],
    );
    expect(history.map(({ action }) => action)).toEqual(["absorbed", "returned-to-queue"]);
    expect(history.map(({ review }) => review).sort()).toEqual(["accepted", "rejected"]);
  });

  it("keeps a shape and a label that a person gave", async () => {
    const { runId, ids } = await answeredRun([[car(70, 0.6)], [car(72, 0.9)]]);
    await pool().query("UPDATE findings SET x = 1, width = 5, reshaped = true, label = 'van' WHERE id = $1", [
      ids[0]?.[0],
    ]);
    await mergeRun(ticket(runId));
    expect(await findingsOf(runId)).toMatchObject([{ x: 1, width: 5, label: "van", members: 2 }]);
  });

  it("is made again with other settings as a new version: decisions stay, no tile is asked", async () => {
    const { runId, ids } = await answeredRun([[car(70, 0.6)], [car(72, 0.9)]]);
    await mergeRun(ticket(runId));
    const [joined] = await findingsOf(runId);
    await pool().query("UPDATE findings SET review = 'accepted' WHERE id = $1", [joined?.id]);
    const apart = { method: "nms", metric: "iou", threshold: 0.99 } as const;
    await expect(mergeAgain(runId, apart, "ann")).rejects.toThrow("cannot be merged again");
    await pool().query("UPDATE runs SET state = 'completed' WHERE id = $1", [runId]);
    await mergeAgain(runId, apart, "ann");
    await mergeRun(ticket(runId, 1));
    expect(await findingsOf(runId)).toMatchObject([
      { x: 70, review: "unreviewed", members: 1 },
      { id: joined?.id, x: 72, review: "accepted", members: 1 },
    ]);
    expect(ids.flat()).toContain(joined?.id);
    const { rows } = await pool().query("SELECT sum(attempts)::int AS attempts FROM tiles WHERE run_id = $1", [runId]);
    expect(rows).toEqual([{ attempts: 2 }]);

    const run = await findRun(pool(), runId);
    expect(run).toMatchObject({ configuration: { merge: apart }, frozenMerge: CONFIGURATION.merge });
    expect(run?.merges).toMatchObject([{ settings: apart, actor: "ann", createdAt: expect.stringMatching(/Z$/) }]);
    await pool().query("UPDATE runs SET state = 'completed' WHERE id = $1", [runId]);
    await expect(mergeAgain(runId, apart, "ann")).rejects.toThrow("already");
  });

  it("keeps a decision whose tile, asked again, says something else", async () => {
    const { runId, ids } = await answeredRun([[car(10, 0.6)], [car(160, 0.9)]]);
    await pool().query("UPDATE findings SET review = 'accepted' WHERE id = $1", [ids[0]?.[0]]);
    await mergeRun(ticket(runId));
    await pool().query("UPDATE runs SET state = 'completed' WHERE id = $1", [runId]);
    expect(await retryTiles(runId, { tiles: [0] }, "cli")).toBe(1);
    const [tile] = await claimTiles(pool(), { runId, pass: 1, worker: 1, count: 5 });
    const { rows } = await pool().query<{ image_id: string }>("SELECT image_id FROM runs WHERE id = $1", [runId]);
    if (tile) await answer(runId, rows[0]?.image_id ?? "", tile, [car(50, 0.7)]);
    await mergeRun(ticket(runId, 1));
    expect(await findingsOf(runId)).toMatchObject([
      { id: ids[0]?.[0], x: 10, review: "accepted", members: 0 },
      { x: 50, review: "unreviewed", members: 1 },
      { x: 160, members: 1 },
    ]);
  });

  it("is refused to a ticket of an older pass", async () => {
    const { runId } = await answeredRun([[car(10, 0.6)]]);
    await pool().query("UPDATE runs SET pass = 3 WHERE id = $1", [runId]);
    expect(await mergeRun(ticket(runId))).toBeNull();
    expect(await findingsOf(runId)).toMatchObject([{ provisional: true }]);
  });
});

it("keeps how far the tiles that show a thing whole disagree on it, and lists the least agreed on first", async () => {
  const small = (x: number, y: number): Detection => ({ box: [x, y, 10, 10], score: 0.9, label: "car" });
  const { runId } = await answeredRun([[small(85, 10), small(85, 40), car(5, 0.8)], [small(85, 10)]]);
  await mergeRun({ version: TICKET_VERSION, runId, pass: 0, sequence: 0 });
  const { rows: runs } = await pool().query<{ imageId: string }>(
    `SELECT image_id AS "imageId" FROM runs WHERE id = $1`,
    [runId],
  );
  const { items } = await readFindings(runs[0]?.imageId ?? "", { sort: "-disagreement", limit: 10 });
  expect(items.map(({ box, disagreement }) => [box[0], box[1], disagreement])).toEqual([
    [85, 40, 0.5],
    [85, 10, 0],
    [5, 10, null],
  ]);
});
