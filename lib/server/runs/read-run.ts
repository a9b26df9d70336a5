import { pool } from "#db/client.ts";
import { findRun, findRunImage, listRuns, type RunRow, tileFigures } from "#db/queries/runs.ts";
import { countTiles } from "#db/queries/tile-counts.ts";
import type { Run, RunState, Tile } from "#lib/core/detection/run.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { limitInForce } from "../limits/in-force.ts";

/** The run's row, where the run and its image are there. Throws `not-found`. */
export async function requireRun(id: string): Promise<RunRow> {
  const run = await findRun(pool(), id);
  if (!run || !(await findRunImage(pool(), run.imageId))) throw new TesseraError("not-found", "there is no such run");
  return run;
}

/** The run as the API shows it, with figures over all of its tiles. Throws `not-found`. */
export async function readRun(id: string): Promise<Run> {
  return present(await requireRun(id));
}

/** A page of runs, newest first; `cursor` is the id of the last one seen. */
export async function readRuns(filter: {
  state?: RunState | undefined;
  image?: string | undefined;
  collection?: string | undefined;
  cursor?: string | undefined;
  limit: number;
}): Promise<{ items: Run[]; nextCursor: string | null }> {
  const rows = await listRuns(pool(), {
    limit: filter.limit + 1,
    ...(filter.state && { state: filter.state }),
    ...(filter.image && { imageId: filter.image }),
    ...(filter.collection && { collectionId: filter.collection }),
    ...(filter.cursor && { before: filter.cursor }),
  });
  const page = rows.slice(0, filter.limit);
  const items = await Promise.all(page.map(present));
  return { items, nextCursor: rows.length > filter.limit ? (page.at(-1)?.id ?? null) : null };
}

/** A page of the tile ledger in order of index; `cursor` is the last index seen. */
export async function readTiles(
  runId: string,
  page: { cursor?: number | undefined; limit: number },
): Promise<{ items: Tile[]; nextCursor: string | null }> {
  const { rows } = await pool().query<Tile>(
    `SELECT index, page, x, y, width, height, whole_picture AS "wholePicture", state, attempts, refusals,
        queue_ms AS "queueMs", model_ms AS "modelMs", latency_ms AS "latencyMs",
        coalesce(input_tokens, 0) + coalesce(output_tokens, 0) AS tokens, cost, finished_at AS "finishedAt",
        coalesce(jsonb_array_length(detections), 0) AS detections, model, error
      FROM tiles WHERE run_id = $1 AND index > $2 ORDER BY index LIMIT $3`,
    [runId, page.cursor ?? -1, page.limit + 1],
  );
  const items = rows.slice(0, page.limit);
  return { items, nextCursor: rows.length > page.limit ? String(items.at(-1)?.index) : null };
}

function percentiles(pair: [number, number] | null): Run["latencyMs"] {
  return { p50: pair?.[0] ?? null, p95: pair?.[1] ?? null };
}

async function present(run: RunRow): Promise<Run> {
  const [counts, figures, found] = await Promise.all([
    countTiles(pool(), run.id),
    tileFigures(pool(), run.id),
    pool().query<{ count: number }>(
      "SELECT count(*)::int AS count FROM findings WHERE run_id = $1 AND deleted_at IS NULL",
      [run.id],
    ),
  ]);
  return {
    id: run.id,
    imageId: run.imageId,
    state: run.state,
    reason: run.reason,
    configuration: run.configuration,
    tiles: {
      pending: counts.pending,
      running: counts.running,
      done: counts.done,
      failed: counts.failed,
      skipped: counts.skipped,
    },
    findings: found.rows[0]?.count ?? 0,
    latencyMs: percentiles(figures.latency),
    queueMs: percentiles(figures.queue),
    modelMs: percentiles(figures.model),
    throttled: run.throttled,
    retries: figures.retries,
    tokens: { input: figures.input, output: figures.output },
    cost: figures.cost,
    concurrency: await limitInForce(run),
    scene: run.scene,
    createdAt: run.createdAt.toISOString(),
    startedAt: run.startedAt?.toISOString() ?? null,
    finishedAt: run.finishedAt?.toISOString() ?? null,
  };
}
