import type { Client, PoolClient } from "pg";
import { handBackTiles } from "./tiles.ts";

type Queryable = Pick<PoolClient | Client, "query">;

/** First keys of advisory locks; the second is the worker's id, or a hash of the delivery's. */
const WORKER_LOCK_CLASS = 7465;
const DELIVERY_LOCK_CLASS = 7466;

function heldLocks(lockClass: number): string {
  return `SELECT objid::bigint FROM pg_locks
    WHERE locktype = 'advisory' AND classid = ${lockClass} AND objsubid = 2 AND granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
}

/** Ids of workers whose process lives: exactly those that hold their lock. A subquery for other queries. */
export const LIVING_WORKERS = heldLocks(WORKER_LOCK_CLASS);

/**
 * Registers this process and takes its lock on `client`, a connection that lives as long as the process: when either ends,
 * the lock is gone and others know at once. With `formerId` it comes back as who it was, where nobody else holds that lock:
 * what it has in hand is still its own.
 */
export async function registerWorker(
  client: Queryable,
  process: { pid: number; host: string },
  formerId: number | null = null,
): Promise<number> {
  if (formerId !== null && (await takeUpAgain(client, process, formerId))) return formerId;
  const { rows } = await client.query<{ id: number }>("INSERT INTO workers (pid, host) VALUES ($1, $2) RETURNING id", [
    process.pid,
    process.host,
  ]);
  const id = rows[0]?.id;
  if (id === undefined) throw new Error("the workers table gave no id");
  await client.query("SELECT pg_advisory_lock($1, $2)", [WORKER_LOCK_CLASS, id]);
  return id;
}

async function takeUpAgain(client: Queryable, process: { pid: number; host: string }, id: number): Promise<boolean> {
  const { rows } = await client.query<{ taken: boolean }>("SELECT pg_try_advisory_lock($1, $2) AS taken", [
    WORKER_LOCK_CLASS,
    id,
  ]);
  if (rows[0]?.taken !== true) return false;
  await client.query(
    "INSERT INTO workers (id, pid, host) OVERRIDING SYSTEM VALUE VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
    [id, process.pid, process.host],
  );
  return true;
}

/** Ids of the workers that live, ascending. */
export async function livingWorkerIds(client: Queryable): Promise<number[]> {
  const { rows } = await client.query<{ objid: string }>(`${LIVING_WORKERS} ORDER BY 1`);
  return rows.map((row) => Number(row.objid));
}

/** Workers that do not hold their lock: dead, or cut off from the database for a moment. */
export async function absentWorkers(client: Queryable): Promise<{ id: number; pid: number; host: string }[]> {
  const { rows } = await client.query<{ id: number; pid: number; host: string }>(
    `SELECT id, pid, host FROM workers WHERE id NOT IN (${LIVING_WORKERS})`,
  );
  return rows;
}

/**
 * Takes back what dead workers held: their tiles are pending again and told of, runs and images that they were about to start wait again, their
 * shares of limits are free.
 */
export async function releaseWorkers(client: Queryable, dead: readonly number[]): Promise<void> {
  await handBackTiles(client, { workers: dead });
  for (const table of ["runs", "images"]) {
    await client.query(
      `UPDATE ${table} SET workflow_run_id = NULL
        WHERE workflow_run_id LIKE 'starting:%' AND split_part(workflow_run_id, ':', 2)::int = ANY($1::int[])`,
      [dead],
    );
  }
  await client.query("DELETE FROM limit_shares WHERE worker = ANY($1::int[])", [dead]);
  await client.query("DELETE FROM workers WHERE id = ANY($1::int[])", [dead]);
}

/**
 * Runs and images that `worker` took to start, and did not start because starting failed, wait again. A workflow that was
 * started all the same, unnoted, does no harm: the second one finds the group claimed and leaves.
 */
export async function giveBackStarts(client: Queryable, worker: number): Promise<void> {
  for (const table of ["runs", "images"]) {
    await client.query(`UPDATE ${table} SET workflow_run_id = NULL WHERE workflow_run_id = 'starting:' || $1::int`, [
      worker,
    ]);
  }
}

/** Says on the worker's own connection that it is working on a delivery of the queue. */
export async function lockDelivery(client: Queryable, messageId: string): Promise<void> {
  await client.query("SELECT pg_try_advisory_lock($1, hashtext($2))", [DELIVERY_LOCK_CLASS, messageId]);
}

/** The delivery is done with. */
export async function unlockDelivery(client: Queryable, messageId: string): Promise<void> {
  await client.query("SELECT pg_advisory_unlock($1, hashtext($2))", [DELIVERY_LOCK_CLASS, messageId]);
}

/**
 * Frees the queue's jobs that nobody works on: locked for `graceSeconds` at least, and no living worker says that it has the
 * delivery in hand (graphile-worker itself waits four hours). Jobs that used up their attempts while the database was away, those
 * that failed and would wait for long (for minutes after a few times), and those that a jump of the clock put off beyond all reason, are
 * due again.
 *
 * @returns how many were freed
 */
export async function freeQueueJobs(client: Queryable, graceSeconds: number): Promise<number> {
  if (!(await queueExists(client))) return 0;
  const freed = await client.query(
    `UPDATE graphile_worker._private_jobs SET locked_at = NULL, locked_by = NULL, run_at = least(run_at, now())
      WHERE locked_at IS NOT NULL AND locked_at NOT BETWEEN now() - make_interval(secs => $1) AND now() + interval '1 minute'
        AND (hashtext(payload->>'messageId')::bigint & 4294967295) NOT IN (${heldLocks(DELIVERY_LOCK_CLASS)})`,
    [graceSeconds],
  );
  await client.query(
    `UPDATE graphile_worker._private_jobs SET attempts = 0, run_at = now()
      WHERE locked_at IS NULL AND (attempts >= max_attempts AND run_at < now()
        OR attempts > 0 AND run_at > now() + interval '15 seconds' OR run_at > now() + interval '2 minutes')`,
  );
  return freed.rowCount ?? 0;
}

/** Whether jobs of the queue have waited for their turn for ten seconds while others are worked on. */
export async function queueIsBusy(client: Queryable): Promise<boolean> {
  if (!(await queueExists(client))) return false;
  const { rows } = await client.query<{ busy: boolean }>(
    `SELECT EXISTS (SELECT FROM graphile_worker._private_jobs WHERE locked_at IS NOT NULL)
        AND EXISTS (SELECT FROM graphile_worker._private_jobs WHERE locked_at IS NULL AND attempts < max_attempts
          AND run_at < now() - interval '10 seconds') AS busy`,
  );
  return rows[0]?.busy ?? false;
}

/** Whether the workflow world has made its queue yet. */
async function queueExists(client: Queryable): Promise<boolean> {
  const { rows } = await client.query<{ exists: boolean }>(
    "SELECT to_regclass('graphile_worker._private_jobs') IS NOT NULL AS exists",
  );
  return rows[0]?.exists ?? false;
}
