import type { PoolClient } from "pg";
import {
  END_STATES,
  RUN_STATES,
  type RunFigures,
  type RunSort,
  type RunState,
  TILE_STATES,
} from "#lib/core/detection/run.ts";
import { ESCALATION_REASONS } from "#lib/core/routing/escalation-settings.ts";
import { tileSharesOfRuns } from "./model-shares.ts";
import { RUN_COLUMNS, type RunRow } from "./runs.ts";

type Queryable = Pick<PoolClient, "query">;

/** A run with the name of its picture. */
export type ListedRun = RunRow & { imageName: string };

export type RunFilter = {
  state?: RunState | undefined;
  imageId?: string | undefined;
  collectionId?: string | undefined;
  /** Part of the picture's name, in any case. */
  picture?: string | undefined;
  sort: RunSort;
  /** Id of the last run seen. */
  after?: string | undefined;
  limit: number;
};

const STATE_ORDER = `array_position(ARRAY[${RUN_STATES.map((state) => `'${state}'`).join(", ")}], runs.state)`;

/** What is sorted by; ids are time-ordered, and come last where others are equal. */
const SORTS: Record<RunSort, { keys: readonly string[]; direction: "ASC" | "DESC" }> = {
  newest: { keys: ["runs.id"], direction: "DESC" },
  oldest: { keys: ["runs.id"], direction: "ASC" },
  picture: { keys: ["lower(images.name)", "runs.id"], direction: "ASC" },
  state: { keys: [`-${STATE_ORDER}`, "runs.id"], direction: "DESC" },
  tiles: { keys: ["coalesce(runs.tiles_total, 0)", "runs.id"], direction: "DESC" },
};

/** Runs of pictures that are there, in order, after one. */
export async function listRuns(client: Queryable, filter: RunFilter): Promise<ListedRun[]> {
  const { keys, direction } = SORTS[filter.sort];
  const order = keys.map((key) => `${key} ${direction}`);
  const { rows } = await client.query<ListedRun>(
    `SELECT ${RUN_COLUMNS}, images.name AS "imageName" FROM runs JOIN images ON images.id = runs.image_id AND images.deleted_at IS NULL
      WHERE ($1::text IS NULL OR runs.state = $1) AND ($2::uuid IS NULL OR runs.image_id = $2)
        AND ($3::uuid IS NULL OR images.collection_id = $3) AND ($4::text IS NULL OR strpos(lower(images.name), lower($4)) > 0)
        AND ($5::uuid IS NULL OR (${keys}) ${direction === "DESC" ? "<" : ">"}
          (SELECT ${keys} FROM runs JOIN images ON images.id = runs.image_id WHERE runs.id = $5))
      ORDER BY ${order.join(", ")} LIMIT $6`,
    [
      filter.state ?? null,
      filter.imageId ?? null,
      filter.collectionId ?? null,
      filter.picture ?? null,
      filter.after ?? null,
      filter.limit,
    ],
  );
  return rows;
}

/** The median and the 95th percentile of a column over tiles that are done, as an object of the API. */
function percentiles(column: string): string {
  const of = (share: number) =>
    `percentile_cont(${share}) WITHIN GROUP (ORDER BY ${column}) FILTER (WHERE tiles.state = 'done')`;
  return `jsonb_build_object('p50', ${of(0.5)}, 'p95', ${of(0.95)})`;
}

const counted = (state: string): string => `'${state}', count(index) FILTER (WHERE tiles.state = '${state}')`;

const escalatedFor = ESCALATION_REASONS.map(
  (reason) => `'${reason}', count(index) FILTER (WHERE escalated = '${reason}')`,
).join(", ");

/** Figures over the tiles of each of some runs, by their ids. */
export async function figuresOfRuns(client: Queryable, ids: readonly string[]): Promise<Map<string, RunFigures>> {
  if (ids.length === 0) return new Map();
  const { rows } = await client.query<{ id: string; figures: Omit<RunFigures, "models"> }>(
    `SELECT wanted.id, jsonb_build_object(
        'tiles', jsonb_build_object(${TILE_STATES.map(counted).join(", ")}),
        'latencyMs', ${percentiles("latency_ms")}, 'queueMs', ${percentiles("queue_ms")}, 'modelMs', ${percentiles("model_ms")},
        'retries', coalesce(sum(failures + refusals), 0), 'cost', sum(cost),
        'tokens', jsonb_build_object('input', coalesce(sum(input_tokens), 0), 'output', coalesce(sum(output_tokens), 0)),
        'escalated', CASE WHEN wanted.configuration ? 'escalationModel' THEN jsonb_build_object(${escalatedFor}) END) AS figures
      FROM runs AS wanted LEFT JOIN tiles ON run_id = wanted.id WHERE wanted.id = ANY($1) GROUP BY wanted.id`,
    [ids],
  );
  const shares = await tileSharesOfRuns(client, ids);
  const models = (id: string) => shares.filter(({ runId }) => runId === id).map(({ runId: _runId, ...share }) => share);
  return new Map(rows.map(({ id, figures }) => [id, { ...figures, models: models(id) }]));
}

/** Keeps figures of runs that have ended, as long as each is still in the pass that they are of. */
export async function keepFigures(
  client: Queryable,
  ended: readonly { id: string; pass: number; figures: RunFigures }[],
): Promise<void> {
  if (ended.length === 0) return;
  await client.query(
    `UPDATE runs SET figures = known.figures FROM unnest($1::uuid[], $2::int[], $3::jsonb[]) AS known(id, pass, figures)
      WHERE runs.id = known.id AND runs.pass = known.pass AND runs.state = ANY($4)`,
    [
      ended.map(({ id }) => id),
      ended.map(({ pass }) => pass),
      ended.map(({ figures }) => JSON.stringify(figures)),
      END_STATES,
    ],
  );
}

/** How many findings each of some runs has; runs without any are left out. When they were counted, all transactions below `asOf` had ended. */
export async function countFindingsOfRuns(
  client: Queryable,
  ids: readonly string[],
): Promise<{ id: string; total: number; asOf: string }[]> {
  const { rows } = await client.query<{ id: string; total: number; asOf: string }>(
    `SELECT run_id AS id, count(*)::int AS total, pg_snapshot_xmin(pg_current_snapshot())::text AS "asOf"
      FROM findings WHERE run_id = ANY($1) AND deleted_at IS NULL GROUP BY run_id`,
    [ids],
  );
  return rows;
}
