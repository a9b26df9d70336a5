import { pool } from "#db/client.ts";
import { figuresOfRuns, keepFigures, type ListedRun, listRuns } from "#db/queries/run-list.ts";
import { findRun, findRunImage } from "#db/queries/runs.ts";
import {
  END_STATES,
  type Run,
  type RunFigures,
  type RunSort,
  type RunState,
  type Tile,
} from "#lib/core/detection/run.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { totalsOfRuns } from "../findings/count-findings.ts";
import { limitsInForce } from "../limits/in-force.ts";
import { isWhole, withAllModels } from "./run-figures.ts";

/** The run's row, where the run and its image are there. Throws `not-found`. */
export async function requireRun(id: string): Promise<ListedRun> {
  const run = await findRun(pool(), id);
  const image = run && (await findRunImage(pool(), run.imageId));
  if (!image) throw new TesseraError("not-found", "there is no such run");
  return { ...run, imageName: image.name };
}

/** The run as the API shows it, with figures over all of its tiles. Throws `not-found`. */
export async function readRun(id: string): Promise<Run> {
  const [run] = await present([await requireRun(id)]);
  if (!run) throw new Error("a run was lost on its way");
  return run;
}

/** A page of runs; `cursor` is the id of the last one seen. However many there are, the database is asked as often. */
export async function readRuns(filter: {
  state?: RunState | undefined;
  image?: string | undefined;
  collection?: string | undefined;
  q?: string | undefined;
  sort?: RunSort | undefined;
  cursor?: string | undefined;
  limit: number;
}): Promise<{ items: Run[]; nextCursor: string | null }> {
  const rows = await listRuns(pool(), {
    state: filter.state,
    imageId: filter.image,
    collectionId: filter.collection,
    picture: filter.q,
    sort: filter.sort ?? "newest",
    after: filter.cursor,
    limit: filter.limit + 1,
  });
  const page = rows.slice(0, filter.limit);
  return { items: await present(page), nextCursor: rows.length > filter.limit ? (page.at(-1)?.id ?? null) : null };
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
        coalesce(jsonb_array_length(detections), 0) AS detections, model, error, escalated
      FROM tiles WHERE run_id = $1 AND index > $2 ORDER BY index LIMIT $3`,
    [runId, page.cursor ?? -1, page.limit + 1],
  );
  const items = rows.slice(0, page.limit);
  return { items, nextCursor: rows.length > page.limit ? String(items.at(-1)?.index) : null };
}

/** Figures of runs: those kept of ended ones, the others worked out now, and kept where they are final. */
async function figuresOf(rows: readonly ListedRun[]): Promise<(run: ListedRun) => RunFigures> {
  const unknown = rows.filter((run) => !isWhole(run.figures));
  const found = await figuresOfRuns(
    pool(),
    unknown.map(({ id }) => id),
  );
  // A call that was in flight when the run was ended may still bring its result.
  const final = unknown.flatMap(({ id, pass, state }) => {
    const figures = found.get(id);
    return figures && END_STATES.includes(state) && figures.tiles.running === 0 ? { id, pass, figures } : [];
  });
  await keepFigures(pool(), final);
  return (run) => {
    const figures = isWhole(run.figures) ? run.figures : found.get(run.id);
    if (!figures) throw new Error("an aggregate gave no row");
    return withAllModels(figures, run);
  };
}

async function present(rows: readonly ListedRun[]): Promise<Run[]> {
  const ids = rows.map(({ id }) => id);
  const [figures, findings, limits] = await Promise.all([figuresOf(rows), totalsOfRuns(ids), limitsInForce(rows)]);
  return rows.map((run) => ({
    id: run.id,
    imageId: run.imageId,
    imageName: run.imageName,
    state: run.state,
    reason: run.reason,
    configuration: run.configuration,
    merges: [
      { settings: run.frozenMerge, actor: run.createdBy, createdAt: run.createdAt.toISOString() },
      ...run.merges,
    ],
    ...figures(run),
    findings: findings.get(run.id) ?? 0,
    throttled: run.throttled,
    concurrency: limits(run),
    scene: run.scene,
    synthesis: run.synthesis,
    escalation: run.escalation,
    allowedProviders: run.allowedProviders,
    createdAt: run.createdAt.toISOString(),
    startedAt: run.startedAt?.toISOString() ?? null,
    finishedAt: run.finishedAt?.toISOString() ?? null,
  }));
}
