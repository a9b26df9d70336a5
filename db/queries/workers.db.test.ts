import { Client } from "pg";
import { describe, expect, it } from "vitest";
import { pool } from "#db/client.ts";
import { runningRun } from "#db/run-fixtures.ts";
import { freshDatabase } from "#db/test-database.ts";
import { eventSchema } from "#lib/core/detection/events.ts";
import { countTiles } from "./tile-counts.ts";
import { claimTiles, handBackTiles } from "./tiles.ts";
import {
  absentWorkers,
  freeQueueJobs,
  livingWorkerIds,
  lockDelivery,
  queueIsBusy,
  registerWorker,
  releaseWorkers,
  unlockDelivery,
} from "./workers.ts";

const database = freshDatabase();

async function connect(): Promise<Client> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  return client;
}

/** The last state that watchers were told of each tile. */
async function statesTold(runId: string): Promise<Record<number, string>> {
  const { rows } = await pool().query("SELECT event FROM outbox WHERE run_id = $1 ORDER BY xid, id", [runId]);
  const states: Record<number, string> = {};
  for (const row of rows) {
    const event = eventSchema.parse(row.event);
    if (event.kind === "claimed") for (const index of event.indexes) states[index] = "running";
    if (event.kind === "tile") states[event.index] = event.state;
  }
  return states;
}

const PROCESS = { pid: 1, host: "elsewhere" };

describe("workers", () => {
  it("live as long as their connection, and come back as who they were", async () => {
    const first = await connect();
    const id = await registerWorker(first, PROCESS);
    expect(await livingWorkerIds(pool())).toContain(id);
    await first.end();
    expect(await livingWorkerIds(pool())).not.toContain(id);
    expect(await absentWorkers(pool())).toContainEqual({ id, ...PROCESS });

    const again = await connect();
    expect(await registerWorker(again, PROCESS, id)).toBe(id);
    const other = await connect();
    expect(await registerWorker(other, PROCESS, id)).not.toBe(id);
    await again.end();
    await other.end();
  });

  it("leave their tiles to others when they are dead", async () => {
    const client = await connect();
    const id = await registerWorker(client, PROCESS);
    const { runId } = await runningRun(3);
    await claimTiles(pool(), { runId, pass: 0, worker: id, count: 2 });
    await client.end();
    await releaseWorkers(pool(), [id]);
    expect(await countTiles(pool(), runId)).toMatchObject({ pending: 3, running: 0 });
    expect(await statesTold(runId)).toEqual({ 0: "pending", 1: "pending" });
    expect((await absentWorkers(pool())).map((worker) => worker.id)).not.toContain(id);
  });

  it("tell of every tile that goes back, and of no other: one attempt, a run's, a worker's", async () => {
    const { runId } = await runningRun(4);
    await claimTiles(pool(), { runId, pass: 0, worker: 900, count: 2 });
    await claimTiles(pool(), { runId, pass: 0, worker: 901, count: 2 });
    expect(await handBackTiles(pool(), { runId, index: 0, attempts: 2, worker: 900 })).toBe(0);
    expect(await handBackTiles(pool(), { runId, index: 0, attempts: 1, worker: 900 })).toBe(1);
    expect(await statesTold(runId)).toEqual({ 0: "pending", 1: "running", 2: "running", 3: "running" });
    expect(await handBackTiles(pool(), { workers: [901] })).toBe(2);
    expect(await statesTold(runId)).toEqual({ 0: "pending", 1: "running", 2: "pending", 3: "pending" });
    expect(await handBackTiles(pool(), { runId })).toBe(1);
    expect(await statesTold(runId)).toEqual({ 0: "pending", 1: "pending", 2: "pending", 3: "pending" });
    expect(await countTiles(pool(), runId)).toMatchObject({ pending: 4, running: 0 });
  });
});

describe("jobs of the queue", () => {
  async function addJob(messageId: string, changes: Record<string, string>): Promise<string> {
    const { rows } = await pool().query<{ id: string }>(
      "SELECT id FROM graphile_worker.add_job('workflow_steps', json_build_object('messageId', $1::text), max_attempts => 3)",
      [messageId],
    );
    const id = rows[0]?.id ?? "";
    for (const [column, value] of Object.entries(changes)) {
      await pool().query(`UPDATE graphile_worker._private_jobs SET ${column} = ${value} WHERE id = $1`, [id]);
    }
    return id;
  }

  async function job(id: string) {
    const { rows } = await pool().query(
      `SELECT locked_by AS "lockedBy", attempts, run_at <= now() AS due FROM graphile_worker._private_jobs WHERE id = $1`,
      [id],
    );
    return rows[0];
  }

  const LOCKED = { locked_by: "'worker-gone'", locked_at: "now() - interval '1 minute'" };

  it("are freed where nobody alive has them in hand, and only then", async () => {
    const worker = await connect();
    await lockDelivery(worker, "in-hand");
    const dead = await addJob("dead", LOCKED);
    const inHand = await addJob("in-hand", LOCKED);
    const justTaken = await addJob("just-taken", { ...LOCKED, locked_at: "now()" });
    expect(await freeQueueJobs(pool(), 10)).toBe(1);
    expect(await job(dead)).toMatchObject({ lockedBy: null, due: true });
    expect(await job(inHand)).toMatchObject({ lockedBy: "worker-gone" });
    expect(await job(justTaken)).toMatchObject({ lockedBy: "worker-gone" });
    await unlockDelivery(worker, "in-hand");
    expect(await freeQueueJobs(pool(), 10)).toBe(1);
    await worker.end();
  });

  it("are due again where an outage used up their attempts, or a jump of the clock put them off", async () => {
    const usedUp = await addJob("used-up", { attempts: "3", run_at: "now() - interval '1 second'" });
    const putOff = await addJob("put-off", { run_at: "now() + interval '1 hour'" });
    const later = await addJob("later", { run_at: "now() + interval '30 seconds'" });
    await freeQueueJobs(pool(), 10);
    expect(await job(usedUp)).toMatchObject({ attempts: 0, due: true });
    expect(await job(putOff)).toMatchObject({ due: true });
    expect(await job(later)).toMatchObject({ due: false });
  });

  it("that failed are due again soon, and not after minutes", async () => {
    const failed = await addJob("failed", { attempts: "2", run_at: "now() + interval '54 seconds'" });
    const soon = await addJob("soon", { attempts: "1", run_at: "now() + interval '3 seconds'" });
    await freeQueueJobs(pool(), 10);
    expect(await job(failed)).toMatchObject({ attempts: 0, due: true });
    expect(await job(soon)).toMatchObject({ attempts: 1, due: false });
  });

  it("wait their turn where others are worked on for long; where none is, the queue is not busy but stuck", async () => {
    await pool().query("DELETE FROM graphile_worker._private_jobs");
    expect(await queueIsBusy(pool())).toBe(false);
    const waiting = await addJob("waiting", { run_at: "now() - interval '20 seconds'" });
    expect(await queueIsBusy(pool())).toBe(false);
    await addJob("at-work", LOCKED);
    expect(await queueIsBusy(pool())).toBe(true);
    await pool().query("UPDATE graphile_worker._private_jobs SET run_at = now() WHERE id = $1", [waiting]);
    expect(await queueIsBusy(pool())).toBe(false);
  });
});
