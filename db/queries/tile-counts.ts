import type { PoolClient } from "pg";
import type { LookRole } from "#lib/core/detection/evidence.ts";
import { TILE_STATES, type TileCounts, type TileState } from "#lib/core/detection/run.ts";

type Queryable = Pick<PoolClient, "query">;

/** Tiles by state. */
export async function countTiles(client: Queryable, runId: string): Promise<TileCounts> {
  const { rows } = await client.query<{ state: keyof TileCounts; count: number }>(
    "SELECT state, count(*)::int AS count FROM tiles WHERE run_id = $1 GROUP BY state",
    [runId],
  );
  const counts = { pending: 0, running: 0, done: 0, failed: 0, skipped: 0 };
  for (const row of rows) counts[row.state] = row.count;
  return counts;
}

/** How far a run is. */
export type RunProgress = { runId: string; imageId: string; tiles: TileCounts; throttled: number };

/** Tiles by state of each of some runs, in one statement. */
export async function progressOfRuns(client: Queryable, ids: readonly string[]): Promise<RunProgress[]> {
  const counted = TILE_STATES.map((state) => `'${state}', count(*) FILTER (WHERE tiles.state = '${state}')`);
  const { rows } = await client.query<RunProgress>(
    `SELECT runs.id AS "runId", image_id AS "imageId", throttled, jsonb_build_object(${counted.join(", ")}) AS tiles
      FROM runs JOIN tiles ON run_id = runs.id WHERE runs.id = ANY($1) GROUP BY runs.id`,
    [ids],
  );
  return rows;
}

/** Whether tiles wait or are in hand (of one role, or of any), and in how many milliseconds the next one is due (0: now, null: none waits). */
export async function nextDue(
  client: Queryable,
  runId: string,
  role?: LookRole,
): Promise<{ pending: number; running: number; dueMs: number | null }> {
  const { rows } = await client.query<{ pending: number; running: number; dueMs: number | null }>({
    name: "next-due",
    text: `SELECT waiting.count AS pending, waiting.due AS "dueMs",
        (SELECT count(*)::int FROM tiles WHERE run_id = $1 AND state = 'running' AND coalesce((escalated IS NOT NULL) = $2, true)) AS running
      FROM (SELECT count(*)::int AS count, CASE WHEN count(*) > 0 THEN greatest(0, extract(epoch FROM min(due_at) - now()) * 1000)::float8 END AS due
              FROM tiles WHERE run_id = $1 AND state = 'pending' AND coalesce((escalated IS NOT NULL) = $2, true)) AS waiting`,
    values: [runId, role === undefined ? null : role === "escalation"],
  });
  return rows[0] ?? { pending: 0, running: 0, dueMs: null };
}

/** What a run has used: calls that were or are being made, and what those that are done cost. */
export type Spending = {
  calls: number;
  tokens: number;
  input: number;
  output: number;
  cost: number;
  done: number;
  running: number;
};

/** Sums over the run's ledger. */
export async function spendingOf(client: Queryable, runId: string): Promise<Spending> {
  const { rows } = await client.query<Spending>(
    `SELECT coalesce(sum(attempts), 0)::float8 AS calls,
        coalesce(sum(coalesce(input_tokens, 0) + coalesce(output_tokens, 0)), 0)::float8 AS tokens,
        coalesce(sum(input_tokens), 0)::float8 AS input, coalesce(sum(output_tokens), 0)::float8 AS output,
        coalesce(sum(cost), 0)::float8 AS cost, count(*) FILTER (WHERE state = 'done')::int AS done,
        count(*) FILTER (WHERE state = 'running')::int AS running
      FROM tiles WHERE run_id = $1`,
    [runId],
  );
  if (!rows[0]) throw new Error("an aggregate gave no row");
  return rows[0];
}

/** How many tiles of a run were skipped for one of some reasons. */
export async function countSkipped(client: Queryable, runId: string, reasons: readonly string[]): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    "SELECT count(*)::int AS count FROM tiles WHERE run_id = $1 AND state = 'skipped' AND error = ANY($2)",
    [runId, reasons],
  );
  return rows[0]?.count ?? 0;
}

/** Tiles that were given up, or skipped for other reasons than those that are `meant`, at most `each` of either, in order. */
export async function missingTiles(
  client: Queryable,
  runId: string,
  each: number,
  meant: readonly string[],
): Promise<{ index: number; state: TileState; error: string | null }[]> {
  const { rows } = await client.query<{ index: number; state: TileState; error: string | null }>(
    `(SELECT index, state, error FROM tiles WHERE run_id = $1 AND state = 'failed' ORDER BY index LIMIT $2)
      UNION ALL (SELECT index, state, error FROM tiles WHERE run_id = $1 AND state = 'skipped'
        AND coalesce(error <> ALL($3), true) ORDER BY index LIMIT $2)`,
    [runId, each, meant],
  );
  return rows;
}
