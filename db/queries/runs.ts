import type { PoolClient } from "pg";
import type { ImageScale, Moderation } from "#lib/core/detection/image.ts";
import {
  type MergeSettings,
  type RunConfiguration,
  type RunFigures,
  type RunMerge,
  type RunState,
  type Scene,
  type SynthesisRecord,
  WORKING_STATES,
} from "#lib/core/detection/run.ts";
import type { EscalationPlan } from "#lib/core/routing/escalation-settings.ts";

type Queryable = Pick<PoolClient, "query">;

/** As a list of SQL. */
const WORKING = WORKING_STATES.map((state) => `'${state}'`).join(", ");

/** A run's row as the use cases read it. */
export type RunRow = {
  id: string;
  imageId: string;
  state: RunState;
  reason: string | null;
  /** As it was frozen, but merged as the latest of `merges` says. */
  configuration: RunConfiguration;
  /** How it was to be merged at first; and the later versions of that, oldest first. */
  frozenMerge: MergeSettings;
  merges: RunMerge[];
  concurrency: number;
  tilesTotal: number | null;
  scene: Scene | null;
  /** What the model learnt of each page before its tiles, by number of the page; null: nothing. */
  studied: Record<string, unknown> | null;
  moderation: Moderation | null;
  /** What the rule of escalation made of the first looks; null: they are not all done, or there is no stronger model. */
  escalation: EscalationPlan | null;
  synthesis: SynthesisRecord | null;
  /** Providers that were allowed to see the picture by starting the run. */
  allowedProviders: string[];
  throttled: number;
  /** Figures that were kept when it had ended. */
  figures: RunFigures | null;
  pass: number;
  mergedPass: number | null;
  createdBy: string;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
};

/** The columns of a `RunRow`. */
export const RUN_COLUMNS = `runs.id, runs.image_id AS "imageId", runs.state, runs.reason,
  jsonb_set(runs.configuration, '{merge}', coalesce(runs.merges->-1->'settings', runs.configuration->'merge', 'null')) AS configuration,
  runs.configuration->'merge' AS "frozenMerge", runs.merges, runs.concurrency,
  runs.tiles_total AS "tilesTotal", runs.scene, runs.studied, runs.moderation, runs.escalation, runs.synthesis,
  runs.allowed_providers AS "allowedProviders", runs.throttled, runs.figures, runs.pass, runs.merged_pass AS "mergedPass",
  runs.created_by AS "createdBy", runs.created_at AS "createdAt", runs.started_at AS "startedAt", runs.finished_at AS "finishedAt"`;

/** Inserts a queued run. */
export async function insertRun(
  client: Queryable,
  run: Pick<RunRow, "id" | "imageId" | "configuration" | "concurrency" | "createdBy" | "allowedProviders">,
): Promise<void> {
  await client.query(
    `INSERT INTO runs (id, image_id, state, configuration, concurrency, created_by, allowed_providers)
      VALUES ($1, $2, 'queued', $3, $4, $5, $6)`,
    [run.id, run.imageId, JSON.stringify(run.configuration), run.concurrency, run.createdBy, run.allowedProviders],
  );
}

/** The run, or null. With `lock` its row is held until the transaction ends; rows that refer to it, as tiles do, can still be written. */
export async function findRun(client: Queryable, id: string, lock = false): Promise<RunRow | null> {
  const { rows } = await client.query<RunRow>(
    `SELECT ${RUN_COLUMNS} FROM runs WHERE id = $1 ${lock ? "FOR NO KEY UPDATE" : ""}`,
    [id],
  );
  return rows[0] ?? null;
}

/** Changes the state with its reason; end states get their time. */
export async function setRunState(
  client: Queryable,
  id: string,
  state: RunState,
  reason: string | null,
): Promise<void> {
  await client.query(
    `UPDATE runs SET state = $2, reason = $3,
        started_at = CASE WHEN $2 IN ('planning', 'running') THEN coalesce(started_at, now()) ELSE started_at END,
        finished_at = CASE WHEN $2 IN ('completed', 'partial', 'failed', 'cancelled', 'blocked') THEN now() END
      WHERE id = $1`,
    [id, state, reason],
  );
}

/** Moves the run to a new pass: the chain of the old one leaves, the dispatcher starts another. */
export async function startNewPass(client: Queryable, id: string): Promise<void> {
  await client.query(
    "UPDATE runs SET pass = pass + 1, figures = NULL, workflow_run_id = NULL, seen_at = now() WHERE id = $1",
    [id],
  );
}

/** Puts another version of how a run is merged in force. */
export async function addMerge(client: Queryable, id: string, settings: MergeSettings, actor: string): Promise<void> {
  await client.query(
    `UPDATE runs SET merges = merges || jsonb_build_object('settings', $2::jsonb, 'actor', $3::text,
        'createdAt', to_char(now() AT TIME ZONE 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) WHERE id = $1`,
    [id, JSON.stringify(settings), actor],
  );
}

/** Runs that no workflow works on yet; marks them as being started by `worker`, so that one process starts each. */
export async function takeRunsToStart(
  client: Queryable,
  worker: number,
): Promise<{ id: string; pass: number; state: RunState }[]> {
  const { rows } = await client.query<{ id: string; pass: number; state: RunState }>(
    `WITH picked AS MATERIALIZED (
        SELECT id FROM runs WHERE workflow_run_id IS NULL AND state IN (${WORKING})
        ORDER BY id FOR UPDATE SKIP LOCKED LIMIT 20)
      UPDATE runs SET workflow_run_id = 'starting:' || $1 FROM picked WHERE runs.id = picked.id
      RETURNING runs.id, pass, state`,
    [worker],
  );
  return rows;
}

/** Notes the workflow run that a started pass lives in. */
export async function noteWorkflowRun(
  client: Queryable,
  id: string,
  pass: number,
  workflowRunId: string,
): Promise<void> {
  await client.query("UPDATE runs SET workflow_run_id = $3, seen_at = now() WHERE id = $1 AND pass = $2", [
    id,
    pass,
    workflowRunId,
  ]);
}

/** Claims a group of a pass for a workflow run: true where it holds it, also when asked again. */
export async function claimGroup(
  client: Queryable,
  group: { runId: string; pass: number; sequence: number; workflowRunId: string },
): Promise<boolean> {
  const { rows } = await client.query<{ workflow_run_id: string }>(
    `WITH claimed AS (
        INSERT INTO run_groups (run_id, pass, sequence, workflow_run_id) VALUES ($1, $2, $3, $4)
        ON CONFLICT DO NOTHING RETURNING workflow_run_id)
      SELECT workflow_run_id FROM claimed
      UNION ALL SELECT workflow_run_id FROM run_groups WHERE run_id = $1 AND pass = $2 AND sequence = $3
      LIMIT 1`,
    [group.runId, group.pass, group.sequence, group.workflowRunId],
  );
  return rows[0]?.workflow_run_id === group.workflowRunId;
}

/** Changes the cap of a run; null where there is none. */
export async function changeCap(client: Queryable, id: string, cap: number): Promise<RunRow | null> {
  const { rows } = await client.query<RunRow>(
    `UPDATE runs SET concurrency = $2 WHERE id = $1 RETURNING ${RUN_COLUMNS}`,
    [id, cap],
  );
  return rows[0] ?? null;
}

/** A step works on a pass of the run; nothing changes where the run is at another. */
export async function noteSeen(client: Queryable, id: string, pass: number): Promise<void> {
  await client.query("UPDATE runs SET seen_at = now() WHERE id = $1 AND pass = $2", [id, pass]);
}

/** Caps of the runs that work is being done on. */
export async function activeCaps(
  client: Queryable,
): Promise<{ id: string; imageId: string; state: RunState; concurrency: number }[]> {
  const { rows } = await client.query<{ id: string; imageId: string; state: RunState; concurrency: number }>({
    name: "active-caps",
    text: `SELECT id, image_id AS "imageId", state, concurrency FROM runs WHERE state IN ('running', 'paused')`,
  });
  return rows;
}

/**
 * Runs whose chain has come to an end although the run has not: the newest group's workflow run failed, was cancelled or ended
 * without a successor, longer ago than `graceSeconds`; or no step has worked on the run for `silenceSeconds`, its job being lost,
 * where those are given. They get a new pass.
 */
export async function findStrandedRuns(
  client: Queryable,
  { graceSeconds, silenceSeconds }: { graceSeconds: number; silenceSeconds: number | null },
): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `SELECT runs.id FROM runs JOIN workflow.workflow_runs w ON w.id = runs.workflow_run_id
      WHERE runs.state IN (${WORKING})
        AND w.status IN ('completed', 'failed', 'cancelled') AND w.completed_at < (now() AT TIME ZONE 'utc') - make_interval(secs => $1)
        AND NOT EXISTS (
          SELECT 1 FROM run_groups g JOIN workflow.workflow_runs gw ON gw.id = g.workflow_run_id
           WHERE g.run_id = runs.id AND g.pass = runs.pass
             AND (gw.status IN ('pending', 'running') OR gw.completed_at >= (now() AT TIME ZONE 'utc') - make_interval(secs => $1)))
      UNION
      SELECT id FROM runs WHERE state IN (${WORKING})
        AND workflow_run_id IS NOT NULL AND workflow_run_id NOT LIKE 'starting:%'
        AND seen_at NOT BETWEEN now() - make_interval(secs => $2) AND now() + make_interval(secs => $2)`,
    [graceSeconds, silenceSeconds],
  );
  return rows.map((row) => row.id);
}

/** What a run needs to know of its image. */
export type RunImage = {
  id: string;
  name: string;
  sha256: string;
  state: string;
  pages: { width: number; height: number; levels: number }[];
  scale: ImageScale | null;
  collectionId: string;
  providers: string[];
  /** What runs on the collection's images start from. */
  defaults: Record<string, unknown>;
};

/** The image of a run with the providers that its collection allows, or null. */
export async function findRunImage(client: Queryable, imageId: string): Promise<RunImage | null> {
  const { rows } = await client.query<RunImage>(
    `SELECT images.id, images.name, images.sha256, images.state, images.pages, images.scale,
        collections.id AS "collectionId", collections.providers, collections.defaults
      FROM images JOIN collections ON collections.id = images.collection_id
      WHERE images.id = $1 AND images.deleted_at IS NULL`,
    [imageId],
  );
  return rows[0] ?? null;
}

/** First key of the advisory lock of who writes a run's scene; the second is a hash of the run's id. */
const SCENE_LOCK_CLASS = 7467;

/** Waits until nobody else writes the run's scene, and holds it until the connection ends. */
export async function lockScene(client: Queryable, runId: string): Promise<void> {
  await client.query("SELECT pg_advisory_lock($1, hashtext($2))", [SCENE_LOCK_CLASS, runId]);
}
