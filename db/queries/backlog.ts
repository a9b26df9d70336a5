import type { PoolClient } from "pg";
import type { RunState } from "#lib/core/detection/run.ts";
import { livingWorkerIds } from "./workers.ts";

type Queryable = Pick<PoolClient, "query">;

/** How much there is to do and who does it: runs by state, the tiles of runs that are under way, processes that work on them. */
export type Backlog = {
  runs: { state: RunState; count: number }[];
  pending: number;
  running: number;
  workers: number;
};

/** Reads the backlog of the whole installation. States that no run is in are left out. */
export async function readBacklog(client: Queryable): Promise<Backlog> {
  const { rows: runs } = await client.query<Backlog["runs"][number]>(
    "SELECT state, count(*)::int AS count FROM runs GROUP BY state ORDER BY state",
  );
  const { rows } = await client.query<{ pending: number; running: number }>(
    `SELECT (SELECT count(*)::int FROM tiles JOIN runs ON runs.id = tiles.run_id
              WHERE tiles.state = 'pending' AND runs.state IN ('queued', 'planning', 'running', 'paused')) AS pending,
        (SELECT count(*)::int FROM tiles WHERE state = 'running') AS running`,
  );
  const workers = (await livingWorkerIds(client)).length;
  return { runs, pending: rows[0]?.pending ?? 0, running: rows[0]?.running ?? 0, workers };
}
