import type { PoolClient } from "pg";
import type { Moderation } from "#lib/core/detection/image.ts";
import type { ModelShare, SynthesisRecord } from "#lib/core/detection/run.ts";

type Queryable = Pick<PoolClient, "query">;

/** The part of a model in a run, of its tiles alone. */
export type TileShare = ModelShare & { runId: string };

/** What each model did for the tiles of some runs, by their ids: how many findings are of, calls, tokens, US dollars. */
export async function tileSharesOfRuns(client: Queryable, ids: readonly string[]): Promise<TileShare[]> {
  // A model that is asked in words leaves a look at each attempt; of the embedded ones, attempts that left none are counted.
  const { rows } = await client.query<TileShare>(
    `WITH wanted AS (SELECT id, configuration->>'model' AS first, configuration->>'escalationModel' AS stronger
        FROM runs WHERE id = ANY($1)),
      looked AS (SELECT run_id, role, model, sum(calls) AS calls, sum(input_tokens) AS input, sum(output_tokens) AS output, sum(cost) AS cost,
          count(*) FILTER (WHERE calls > 0) AS attempts
        FROM tile_looks WHERE run_id = ANY($1) GROUP BY run_id, role, model),
      told AS (SELECT run_id, model, count(*) AS tiles FROM tiles WHERE run_id = ANY($1) AND state = 'done' GROUP BY run_id, model),
      tried AS (SELECT run_id, sum(attempts) AS attempts FROM tiles WHERE run_id = ANY($1) GROUP BY run_id),
      part AS (SELECT id, 'tile' AS role, first AS model FROM wanted
        UNION ALL SELECT id, 'escalation', stronger FROM wanted WHERE stronger IS NOT NULL)
      SELECT part.id AS "runId", part.role, part.model, coalesce(told.tiles, 0)::int AS tiles,
        CASE WHEN part.model LIKE 'local:%'
          THEN greatest(0, coalesce(tried.attempts, 0) - coalesce((SELECT sum(attempts) FROM looked l WHERE l.run_id = part.id), 0))
          ELSE coalesce(looked.calls, 0) END::int AS calls,
        jsonb_build_object('input', coalesce(looked.input, 0), 'output', coalesce(looked.output, 0)) AS tokens, looked.cost
      FROM part LEFT JOIN looked ON looked.run_id = part.id AND looked.role = part.role AND looked.model = part.model
        LEFT JOIN told ON told.run_id = part.id AND told.model = part.model
        LEFT JOIN tried ON tried.run_id = part.id
      ORDER BY part.id, part.role DESC`,
    [ids],
  );
  return rows;
}

/** What a hosted judge of the run's own did; nothing where there was none. */
export function moderationShare(moderation: Moderation | null): ModelShare[] {
  return moderation?.usage ? [{ role: "moderation", model: moderation.model, tiles: 0, ...moderation.usage }] : [];
}

/** What the model that wrote the scene did; nothing where the installation itself did. */
export function synthesisShare(synthesis: SynthesisRecord | null): ModelShare[] {
  if (synthesis === null) return [];
  const { model, calls, tokens, cost } = synthesis;
  return [{ role: "synthesis", model, tiles: 0, calls, tokens, cost }];
}
