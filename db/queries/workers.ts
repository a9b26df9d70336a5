import type { Client, PoolClient } from "pg";

type Queryable = Pick<PoolClient | Client, "query">;

/** First key of the advisory locks that living workers hold; the second is the worker's id. */
const WORKER_LOCK_CLASS = 7465;

/** Ids of workers whose process lives: exactly those that hold their lock. */
export const LIVING_WORKERS = `SELECT objid::int FROM pg_locks
  WHERE locktype = 'advisory' AND classid = ${WORKER_LOCK_CLASS} AND objsubid = 2 AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

/**
 * Registers this process and takes its lock on `client`, a connection that lives as long as the process: when either ends,
 * the lock is gone and others know at once.
 */
export async function registerWorker(client: Queryable, process: { pid: number; host: string }): Promise<number> {
  const { rows } = await client.query<{ id: number }>("INSERT INTO workers (pid, host) VALUES ($1, $2) RETURNING id", [
    process.pid,
    process.host,
  ]);
  const id = rows[0]?.id;
  if (id === undefined) throw new Error("the workers table gave no id");
  await client.query("SELECT pg_advisory_lock($1, $2)", [WORKER_LOCK_CLASS, id]);
  return id;
}

/** Ids of the workers that live, ascending. */
export async function livingWorkerIds(client: Queryable): Promise<number[]> {
  const { rows } = await client.query<{ objid: number }>(`${LIVING_WORKERS} ORDER BY 1`);
  return rows.map((row) => row.objid);
}

/**
 * Takes back what dead workers held: their tiles are pending again, runs and images that they were about to start wait again.
 * A result that a worker thought dead still brings is refused by the tile's fence. Returns how many tiles were handed back.
 */
export async function releaseDeadWorkers(client: Queryable): Promise<number> {
  const { rowCount } = await client.query(
    `UPDATE tiles SET state = 'pending', worker = NULL, started_at = NULL
      WHERE state = 'running' AND worker NOT IN (${LIVING_WORKERS})`,
  );
  for (const table of ["runs", "images"]) {
    await client.query(
      `UPDATE ${table} SET workflow_run_id = NULL
        WHERE workflow_run_id LIKE 'starting:%' AND split_part(workflow_run_id, ':', 2)::int NOT IN (${LIVING_WORKERS})`,
    );
  }
  await client.query(
    `DELETE FROM workers WHERE id NOT IN (${LIVING_WORKERS}) AND started_at < now() - interval '1 minute'`,
  );
  return rowCount ?? 0;
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

/** The only living process frees the queue's jobs that a killed one left locked (graphile-worker itself waits four hours). */
export async function unlockQueueJobs(client: Queryable): Promise<void> {
  const { rows } = await client.query<{ exists: boolean }>(
    "SELECT to_regclass('graphile_worker._private_jobs') IS NOT NULL AS exists",
  );
  if (!rows[0]?.exists) return;
  await client.query(
    `UPDATE graphile_worker._private_jobs SET locked_at = NULL, locked_by = NULL, run_at = least(run_at, now())
      WHERE locked_at IS NOT NULL`,
  );
}
