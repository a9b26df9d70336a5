import { Client } from "pg";
import { describe, expect, it } from "vitest";
import { pool } from "#db/client.ts";
import { runningRun } from "#db/run-fixtures.ts";
import { freshDatabase } from "#db/test-database.ts";
import { uuidv7 } from "#lib/uuid.ts";
import { claimGroup } from "./runs.ts";
import { countTiles, nextDue } from "./tile-counts.ts";
import { claimTiles, commitTiles, releaseTile, type TileHold, type TileResult } from "./tiles.ts";

const database = freshDatabase();

function result(label: string) {
  const box: [number, number, number, number] = [10, 20, 30, 40];
  return {
    detections: [{ box, score: 0.5, label }],
    findings: [{ id: uuidv7(), page: 0, box, label, score: 0.5, review: "unreviewed" as const, version: 1 }],
    latencyMs: 5,
    model: "test:model",
    queueMs: 1,
    modelMs: 4,
    inputTokens: 1,
    outputTokens: 2,
    cost: null,
  };
}

async function commitTile(imageId: string, hold: TileHold, brought: TileResult): Promise<boolean> {
  const [committed] = await commitTiles(pool(), [{ imageId, hold, result: brought }]);
  return committed === true;
}

async function count(table: "findings" | "outbox", runId: string): Promise<number> {
  const { rows } = await pool().query<{ count: number }>(
    `SELECT count(*)::int AS count FROM ${table} WHERE run_id = $1`,
    [runId],
  );
  return rows[0]?.count ?? -1;
}

describe("the tile ledger", () => {
  it("gives every tile to one claimer only, lowest index first", async () => {
    const { runId } = await runningRun(100);
    const claims = await Promise.all(
      Array.from({ length: 10 }, (_, worker) => claimTiles(pool(), { runId, pass: 0, worker, count: 7 })),
    );
    const indexes = claims.flat().map((tile) => tile.index);
    expect(new Set(indexes).size).toBe(70);
    expect(indexes.sort((a, b) => a - b)).toEqual(Array.from({ length: 70 }, (_, index) => index));
    expect(await countTiles(pool(), runId)).toMatchObject({ pending: 30, running: 70 });
    expect(await nextDue(pool(), runId)).toMatchObject({ dueMs: 0 });
  });

  it("says what waits, what is in hand and when the next is due; nothing is due where none waits", async () => {
    const { runId } = await runningRun(2);
    expect(await nextDue(pool(), runId)).toEqual({ pending: 2, running: 0, dueMs: 0 });
    await claimTiles(pool(), { runId, pass: 0, worker: 1, count: 2 });
    expect(await nextDue(pool(), runId)).toEqual({ pending: 0, running: 2, dueMs: null });
  });

  it("gives no more than was asked for, whatever plan Postgres chooses", async () => {
    const { runId } = await runningRun(500);
    for (const setting of ["enable_hashjoin", "enable_mergejoin", "enable_material", "enable_hashagg", "enable_sort"]) {
      await pool().query(`ALTER DATABASE ${new URL(database.url).pathname.slice(1)} SET ${setting} = off`);
    }
    const client = new Client({ connectionString: database.url });
    await client.connect();
    const claimed = await claimTiles(client, { runId, pass: 0, worker: 1, count: 12 });
    await client.end();
    expect(claimed).toHaveLength(12);
    expect(await countTiles(pool(), runId)).toMatchObject({ pending: 488, running: 12 });
  });

  it("gives none of a run that is paused or in another pass", async () => {
    const { runId } = await runningRun(3);
    expect(await claimTiles(pool(), { runId, pass: 1, worker: 1, count: 3 })).toEqual([]);
    await pool().query("UPDATE runs SET state = 'paused' WHERE id = $1", [runId]);
    expect(await claimTiles(pool(), { runId, pass: 0, worker: 1, count: 3 })).toEqual([]);
  });

  it("commits a tile once, with its finding and its events, and refuses the second bringer", async () => {
    const { runId, imageId } = await runningRun(1);
    const [tile] = await claimTiles(pool(), { runId, pass: 0, worker: 1, count: 1 });
    const hold = { runId, index: 0, attempts: tile?.attempts ?? 0, worker: 1 };
    expect(await commitTile(imageId, hold, result("car"))).toBe(true);
    expect(await commitTile(imageId, hold, result("car"))).toBe(false);
    expect(await count("findings", runId)).toBe(1);
    expect(await count("outbox", runId)).toBe(3);
  });

  it("commits several together, each under its own hold", async () => {
    const { runId, imageId } = await runningRun(3);
    await claimTiles(pool(), { runId, pass: 0, worker: 1, count: 3 });
    await pool().query("UPDATE tiles SET state = 'pending', worker = NULL WHERE run_id = $1 AND index = 1", [runId]);
    const finished = [0, 1, 2].map((index) => {
      return { imageId, hold: { runId, index, attempts: 1, worker: 1 }, result: result(`car ${index}`) };
    });
    expect(await commitTiles(pool(), finished)).toEqual([true, false, true]);
    const { rows } = await pool().query("SELECT label, members FROM findings WHERE run_id = $1 ORDER BY label", [
      runId,
    ]);
    expect(rows).toEqual([
      { label: "car 0", members: [[0, 0]] },
      { label: "car 2", members: [[2, 0]] },
    ]);
  });

  it("refuses a result whose tile was handed back and claimed by another", async () => {
    const { runId, imageId } = await runningRun(1);
    await claimTiles(pool(), { runId, pass: 0, worker: 1, count: 1 });
    const zombie = { runId, index: 0, attempts: 1, worker: 1 };
    await pool().query("UPDATE tiles SET state = 'pending', worker = NULL WHERE run_id = $1", [runId]);
    const [again] = await claimTiles(pool(), { runId, pass: 0, worker: 2, count: 1 });
    expect(again?.attempts).toBe(2);
    expect(await commitTile(imageId, zombie, result("ghost"))).toBe(false);
    expect(await commitTile(imageId, { ...zombie, attempts: 2, worker: 2 }, result("car"))).toBe(true);
    const { rows } = await pool().query("SELECT label FROM findings WHERE run_id = $1", [runId]);
    expect(rows).toEqual([{ label: "car" }]);
  });

  it("holds a failed tile back until it is due, and counts only failures that count", async () => {
    const { runId, imageId } = await runningRun(1);
    const release = {
      state: "pending",
      delayMs: 60_000,
      counts: true,
      throttled: true,
      error: "429",
      queueMs: 1,
      latencyMs: 3,
    } as const;
    await claimTiles(pool(), { runId, pass: 0, worker: 1, count: 1 });
    expect(await releaseTile(pool(), imageId, { runId, index: 0, attempts: 1, worker: 1 }, release)).toBe(true);
    expect(await claimTiles(pool(), { runId, pass: 0, worker: 1, count: 1 })).toEqual([]);
    const { dueMs } = await nextDue(pool(), runId);
    expect(dueMs).toBeGreaterThan(50_000);
    const { rows } = await pool().query(
      "SELECT failures, throttled FROM tiles JOIN runs ON runs.id = run_id WHERE run_id = $1",
      [runId],
    );
    expect(rows).toEqual([{ failures: 1, throttled: 1 }]);
  });
});

describe("groups of a run", () => {
  it("are held by the workflow run that claims first, also when it asks again", async () => {
    const { runId } = await runningRun(1);
    const group = { runId, pass: 0, sequence: 1 };
    expect(await claimGroup(pool(), { ...group, workflowRunId: "first" })).toBe(true);
    expect(await claimGroup(pool(), { ...group, workflowRunId: "second" })).toBe(false);
    expect(await claimGroup(pool(), { ...group, workflowRunId: "first" })).toBe(true);
  });
});
