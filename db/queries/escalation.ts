import type { PoolClient } from "pg";
import type { Detection } from "#lib/core/detection/finding.ts";
import type { EscalationPlan, EscalationReason } from "#lib/core/routing/escalation-settings.ts";
import { tellTiles } from "./tiles.ts";

type Queryable = Pick<PoolClient, "query">;

/** A tile after its first look, as the rule of escalation reads it. */
export type LookedTile = {
  index: number;
  page: number;
  wholePicture: boolean;
  x: number;
  y: number;
  width: number;
  height: number;
  detections: Detection[];
  unreadable: boolean;
  /** It went to the stronger model before. */
  escalated: boolean;
};

/** Tiles of a run that were looked at, and those whose reply could not be read, in order. */
export async function readLooks(client: Queryable, runId: string): Promise<LookedTile[]> {
  const { rows } = await client.query<LookedTile>(
    `SELECT tiles.index, page, whole_picture AS "wholePicture", x, y, width, height, coalesce(tiles.detections, '[]') AS detections,
        tiles.state = 'failed' AS unreadable, escalated IS NOT NULL AS escalated
      FROM tiles LEFT JOIN tile_looks look ON look.run_id = tiles.run_id AND look.index = tiles.index AND look.attempt = tiles.attempts
      WHERE tiles.run_id = $1 AND (tiles.state = 'done' OR tiles.state = 'failed' AND look.outcome = 'unreadable') ORDER BY tiles.index`,
    [runId],
  );
  return rows;
}

/**
 * Sends tiles to the stronger model, in the order given, and keeps what they had said with their first look. To be called in a
 * transaction that holds the run's row.
 */
export async function sendToStronger(
  client: Queryable,
  runId: string,
  chosen: readonly { index: number; reason: EscalationReason }[],
  plan: EscalationPlan,
): Promise<void> {
  const indexes = chosen.map(({ index }) => index);
  await client.query(
    `INSERT INTO tile_looks (run_id, index, attempt, role, model, outcome, calls, model_ms, detections, at)
      SELECT run_id, index, attempts, 'tile', model, 'answered', 0, model_ms, detections, finished_at
        FROM tiles WHERE run_id = $1 AND index = ANY($2::int[]) AND state = 'done'
      ON CONFLICT (run_id, index, attempt) DO UPDATE SET detections = excluded.detections`,
    [runId, indexes],
  );
  await client.query(
    `UPDATE tiles SET state = 'pending', escalated = sent.reason, priority = sent.place, failures = 0, refusals = 0, due_at = now(),
        finished_at = NULL, worker = NULL
      FROM unnest($2::int[], $3::text[]) WITH ORDINALITY AS sent(index, reason, place)
      WHERE tiles.run_id = $1 AND tiles.index = sent.index`,
    [runId, indexes, chosen.map(({ reason }) => reason)],
  );
  await client.query("UPDATE runs SET escalation = $2 WHERE id = $1", [runId, JSON.stringify(plan)]);
  await tellTiles(client, runId, indexes);
}

/** Takes tiles that wait for the stronger model back to their first look, with events. Returns which. */
export async function restoreFirstLooks(client: Queryable, runId: string): Promise<number[]> {
  const { rows } = await client.query<{ index: number }>(
    `UPDATE tiles SET state = CASE WHEN detections IS NULL THEN 'failed' ELSE 'done' END, escalated = NULL, finished_at = now(),
        error = CASE WHEN detections IS NULL THEN error END
      WHERE run_id = $1 AND state = 'pending' AND escalated IS NOT NULL RETURNING index`,
    [runId],
  );
  const indexes = rows.map(({ index }) => index);
  await tellTiles(client, runId, indexes);
  return indexes;
}

/**
 * Takes what tiles said back from the findings, but for what they say now (`latest`); one that a person decided on stays, whatever the tiles
 * say next. Returns the findings that have gone.
 */
export async function takeBackFindings(
  client: Queryable,
  runId: string,
  indexes: readonly number[],
  latest: readonly string[] = [],
): Promise<string[]> {
  if (indexes.length === 0) return [];
  await client.query(
    `UPDATE findings SET members = (
        SELECT coalesce(jsonb_agg(member), '[]') FROM jsonb_array_elements(members) AS member
         WHERE (member->>0)::int <> ALL($2::int[]))
      WHERE run_id = $1 AND source = 'model' AND id <> ALL($3::uuid[]) AND EXISTS (
        SELECT 1 FROM jsonb_array_elements(members) AS member WHERE (member->>0)::int = ANY($2::int[]))`,
    [runId, indexes, latest],
  );
  const { rows } = await client.query<{ id: string }>(
    `DELETE FROM findings WHERE run_id = $1 AND source = 'model' AND members = '[]' AND review = 'unreviewed' AND NOT reshaped
        AND label = model_label AND NOT EXISTS (SELECT 1 FROM comments WHERE comments.finding_id = findings.id) RETURNING id`,
    [runId],
  );
  return rows.map(({ id }) => id);
}

/** What the stronger model of a run has used so far, and how many of its tiles are in hand. */
export async function spendingOfStronger(
  client: Queryable,
  runId: string,
): Promise<{ calls: number; tokens: number; cost: number; done: number; running: number }> {
  const { rows } = await client.query<{ calls: number; tokens: number; cost: number; done: number; running: number }>(
    `SELECT coalesce(sum(calls), 0)::float8 + running.count AS calls, coalesce(sum(input_tokens + output_tokens), 0)::float8 AS tokens,
        coalesce(sum(cost), 0)::float8 AS cost, count(*) FILTER (WHERE outcome = 'answered')::int AS done, running.count AS running
      FROM (SELECT count(*)::int AS count FROM tiles WHERE run_id = $1 AND state = 'running' AND escalated IS NOT NULL) AS running
        LEFT JOIN tile_looks ON run_id = $1 AND role = 'escalation' GROUP BY running.count`,
    [runId],
  );
  if (!rows[0]) throw new Error("an aggregate gave no row");
  return rows[0];
}
