import type { PoolClient } from "pg";
import type { LiveFinding, TesseraEvent } from "#lib/core/detection/events.ts";
import type { LookRole } from "#lib/core/detection/evidence.ts";
import type { Detection } from "#lib/core/detection/finding.ts";
import type { RunTile } from "#lib/core/tiling/plan-run.ts";
import { keepLooks, type LookRecord } from "./tile-looks.ts";

type Queryable = Pick<PoolClient, "query">;

/** A tile that this process holds. `attempts` with the worker's id is the fence of its result. */
export type ClaimedTile = RunTile & {
  attempts: number;
  failures: number;
  refusals: number;
  queueMs: number;
  /** How many detections its first look left, where it goes to the stronger model; null: none that count. */
  kept: number | null;
};

/** Who holds a tile. A result is taken from the holder only. */
export type TileHold = { runId: string; index: number; attempts: number; worker: number };

const INSERT_CHUNK = 20_000;

/** No tile is ever put off for longer than ten minutes: one that is due later than this saw the clock jump, and is due now. */
const CLOCK_JUMP = "15 minutes";

/** Writes the plan into the ledger, tiles that are `skipped` with their reason. Running it again changes nothing. */
export async function insertTiles(
  client: Queryable,
  runId: string,
  plan: readonly RunTile[],
  skipped: ReadonlyMap<number, string> = new Map(),
): Promise<void> {
  for (let start = 0; start < plan.length; start += INSERT_CHUNK) {
    const chunk = plan.slice(start, start + INSERT_CHUNK);
    await client.query(
      `INSERT INTO tiles (run_id, index, page, x, y, width, height, read_width, read_height, whole_picture, error, state, finished_at)
        SELECT $1, plan.*, CASE WHEN error IS NULL THEN 'pending' ELSE 'skipped' END, CASE WHEN error IS NOT NULL THEN now() END
          FROM unnest($2::int[], $3::int[], $4::int[], $5::int[], $6::int[], $7::int[], $8::int[], $9::int[], $10::bool[], $11::text[])
            AS plan(index, page, x, y, width, height, read_width, read_height, whole_picture, error)
        ON CONFLICT DO NOTHING`,
      [
        runId,
        chunk.map((tile) => tile.index),
        chunk.map((tile) => tile.page),
        chunk.map((tile) => tile.x),
        chunk.map((tile) => tile.y),
        chunk.map((tile) => tile.width),
        chunk.map((tile) => tile.height),
        chunk.map((tile) => tile.readWidth),
        chunk.map((tile) => tile.readHeight),
        chunk.map((tile) => tile.wholePicture),
        chunk.map((tile) => skipped.get(tile.index) ?? null),
      ],
    );
  }
}

/**
 * Claims up to `count` tiles that are due for a first look, or for one by the stronger model, best priority first, for `worker`. Gives none where the run is not running or has
 * moved on to another pass. Concurrent claimers never get the same tile.
 */
export async function claimTiles(
  client: Queryable,
  claim: { runId: string; pass: number; worker: number; count: number; role?: LookRole },
): Promise<ClaimedTile[]> {
  const { rows } = await client.query<ClaimedTile>({
    name: "claim-tiles",
    // Picked once, apart: as a subquery of the UPDATE, Postgres may run it for every row, and LIMIT then limits nothing.
    text: `WITH picked AS MATERIALIZED (
        SELECT tiles.index FROM tiles JOIN runs ON runs.id = tiles.run_id
         WHERE tiles.run_id = $1 AND tiles.state = 'pending' AND (tiles.due_at <= now() OR tiles.due_at > now() + $5::interval)
           AND runs.state = 'running' AND runs.pass = $2 AND (tiles.escalated IS NOT NULL) = $6
         ORDER BY tiles.priority, tiles.index LIMIT $4 FOR UPDATE OF tiles SKIP LOCKED),
      told AS (
        INSERT INTO outbox (image_id, run_id, event)
          SELECT runs.image_id, $1, jsonb_build_object('kind', 'claimed', 'indexes', taken.indexes)
            FROM runs, (SELECT jsonb_agg(index) AS indexes FROM picked) AS taken
           WHERE runs.id = $1 AND taken.indexes IS NOT NULL)
      UPDATE tiles SET state = 'running', attempts = attempts + 1, worker = $3, started_at = now(),
          queue_ms = extract(epoch FROM greatest(now() - tiles.due_at, interval '0')) * 1000
        FROM picked WHERE tiles.run_id = $1 AND tiles.index = picked.index
      RETURNING tiles.index, page, x, y, width, height, read_width AS "readWidth", read_height AS "readHeight",
        whole_picture AS "wholePicture", attempts, failures, refusals, queue_ms AS "queueMs",
        jsonb_array_length(detections) AS kept`,
    values: [claim.runId, claim.pass, claim.worker, claim.count, CLOCK_JUMP, claim.role === "escalation"],
  });
  return rows.sort((a, b) => a.index - b.index);
}

export type TileResult = {
  detections: readonly Detection[];
  /** One provisional finding for each detection, of the same box, label and score, in the same order; ids made by the caller. */
  findings: readonly LiveFinding[];
  queueMs: number;
  modelMs: number;
  latencyMs: number;
  model: string;
  inputTokens: number;
  outputTokens: number;
  cost: number | null;
  /** What passed between us and a hosted model. */
  look?: LookRecord | undefined;
};

/** A finished tile as its holder brings it. */
export type FinishedTile = {
  imageId: string;
  hold: TileHold;
  result: TileResult;
  /** It had been looked at before, and what was found then stands among the findings. */
  isSecondLook?: boolean;
};

/** So many tiles are committed in one statement at most. */
export const MOST_TOGETHER = 32;

/**
 * Commits finished tiles, at most `MOST_TOGETHER`, in one statement, so in one transaction: ledger rows, raw detections, provisional
 * findings, events. One answer for each, in order: false where the hold is no longer valid (the tile was handed back, the run was
 * cancelled), and then nothing of that tile is written.
 */
export async function commitTiles(client: Queryable, finished: readonly FinishedTile[]): Promise<boolean[]> {
  const { rows } = await client.query<{ position: number }>({
    name: "commit-tiles",
    // The limit tells the planner how few they are. The concatenation keeps it from the index of running tiles, whose entries die by
    // the thousand: each tile is looked up by its key.
    text: `WITH input AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset($1::jsonb) AS t(position int, run_id uuid, image_id uuid, index int, attempts int, worker int,
          queue_ms float8, latency_ms float8, model_ms float8, model text, input_tokens int, output_tokens int, cost float8, detections jsonb,
          ids jsonb, events jsonb, look jsonb) LIMIT ${MOST_TOGETHER}),
      held AS (
        UPDATE tiles SET state = 'done', finished_at = now(), queue_ms = input.queue_ms, latency_ms = input.latency_ms,
            model_ms = input.model_ms, model = input.model, input_tokens = coalesce(tiles.input_tokens, 0) + input.input_tokens,
            output_tokens = coalesce(tiles.output_tokens, 0) + input.output_tokens, cost = coalesce(tiles.cost + input.cost, tiles.cost, input.cost),
            detections = input.detections, error = NULL, worker = NULL
          FROM input
          WHERE tiles.run_id = input.run_id AND tiles.index = input.index AND tiles.attempts = input.attempts
            AND tiles.worker = input.worker AND tiles.state || '' = 'running'
          RETURNING input.position, input.run_id, input.image_id, input.index, input.attempts, tiles.page, input.detections, input.ids,
            input.events, input.look),
      looked AS (${keepLooks("held")}),
      added AS (
        INSERT INTO findings (id, image_id, run_id, page, x, y, width, height, geometry, label, model_label, text, measurements, score, source,
            provisional, members)
          SELECT f.id::uuid, held.image_id, held.run_id, held.page, (f.box->>0)::float8, (f.box->>1)::float8, (f.box->>2)::float8, (f.box->>3)::float8,
            f.geometry, f.label, f.label, f.text, f.measurements, f.score, 'model', true, jsonb_build_array(jsonb_build_array(held.index, f.position - 1))
          FROM held, ROWS FROM (
            jsonb_to_recordset(held.detections) AS (box jsonb, geometry jsonb, label text, text text, measurements jsonb, score real),
            jsonb_array_elements_text(held.ids)) WITH ORDINALITY AS f(box, geometry, label, text, measurements, score, id, position)
          RETURNING 1),
      told AS (
        INSERT INTO outbox (image_id, run_id, event)
          SELECT held.image_id, held.run_id, e.event FROM held, jsonb_array_elements(held.events) AS e(event))
      SELECT position FROM held`,
    values: [JSON.stringify(finished.map(asInput))],
  });
  const held = new Set(rows.map((row) => row.position));
  return finished.map((_tile, position) => held.has(position));
}

function asInput({ imageId, hold, result }: FinishedTile, position: number): Record<string, unknown> {
  return {
    position,
    run_id: hold.runId,
    image_id: imageId,
    index: hold.index,
    attempts: hold.attempts,
    worker: hold.worker,
    queue_ms: result.queueMs,
    latency_ms: result.latencyMs,
    model_ms: result.modelMs,
    model: result.model,
    input_tokens: result.inputTokens,
    output_tokens: result.outputTokens,
    cost: result.cost,
    detections: result.detections,
    ids: result.findings.map(({ id }) => id),
    events: eventsOf(hold, result),
    look: result.look ?? null,
  };
}

function eventsOf(hold: TileHold, result: TileResult): TesseraEvent[] {
  const done: TesseraEvent = {
    kind: "tile",
    index: hold.index,
    state: "done",
    attempts: hold.attempts,
    latencyMs: result.latencyMs,
    detections: result.detections.length,
    throttled: false,
    error: null,
    queueMs: result.queueMs,
    modelMs: result.modelMs,
    tokens: result.inputTokens + result.outputTokens,
    cost: result.cost,
    retryInMs: null,
  };
  if (result.findings.length === 0) return [done];
  return [done, { kind: "findings", added: [...result.findings], removed: [], reset: false }];
}

export type TileFailure = {
  /** `pending`: due again after `delayMs`; `failed`: given up; `done`: given up, and its first look counts. */
  state: "pending" | "failed" | "done";
  delayMs: number;
  /** Whether it counts towards the attempt limit. */
  counts: boolean;
  throttled: boolean;
  error: string | null;
  queueMs: number;
  latencyMs: number;
  /** Detections of a first look that counts. */
  kept?: number | undefined;
  /** What passed between us and a hosted model all the same. */
  look?: LookRecord | undefined;
};

/** Hands a tile back, or gives it up, with its event. False where the hold is no longer valid. */
export async function releaseTile(
  client: Queryable,
  imageId: string,
  hold: TileHold,
  failure: TileFailure,
): Promise<boolean> {
  const event: TesseraEvent = {
    kind: "tile",
    index: hold.index,
    state: failure.state,
    attempts: hold.attempts,
    latencyMs: failure.latencyMs,
    detections: failure.kept ?? 0,
    throttled: failure.throttled,
    error: failure.error,
    queueMs: failure.queueMs,
    modelMs: null,
    tokens: (failure.look?.inputTokens ?? 0) + (failure.look?.outputTokens ?? 0),
    cost: failure.look?.cost ?? null,
    retryInMs: failure.state === "pending" ? failure.delayMs : null,
  };
  const { rows } = await client.query<{ released: boolean }>(
    `WITH held AS (
        UPDATE tiles SET state = $6, due_at = now() + make_interval(secs => $7::float8 / 1000), worker = NULL,
            failures = failures + $8, refusals = refusals + $11::int, error = $9, queue_ms = $13, latency_ms = $10,
            finished_at = CASE WHEN $6 <> 'pending' THEN now() END,
            input_tokens = coalesce(input_tokens + $15::int, input_tokens, $15), output_tokens = coalesce(output_tokens + $16::int, output_tokens, $16),
            cost = coalesce(cost + $17::float8, cost, $17)
          WHERE run_id = $1 AND index = $2 AND attempts = $3 AND worker = $4 AND state = 'running'
          RETURNING run_id, index, attempts, $14::jsonb AS look),
      looked AS (${keepLooks("held")}),
      counted AS (UPDATE runs SET throttled = throttled + 1 WHERE id = $1 AND $11::int > 0 AND EXISTS (SELECT 1 FROM held)),
      told AS (INSERT INTO outbox (image_id, run_id, event) SELECT $5, $1, $12::jsonb FROM held)
      SELECT EXISTS (SELECT 1 FROM held) AS released`,
    [
      hold.runId,
      hold.index,
      hold.attempts,
      hold.worker,
      imageId,
      failure.state,
      failure.delayMs,
      failure.counts ? 1 : 0,
      failure.error,
      failure.latencyMs,
      failure.throttled ? 1 : 0,
      JSON.stringify(event),
      failure.queueMs,
      failure.look ? JSON.stringify(failure.look) : null,
      failure.look?.inputTokens ?? null,
      failure.look?.outputTokens ?? null,
      failure.look?.cost ?? null,
    ],
  );
  return rows[0]?.released === true;
}

/** Tells of tiles as the rows of `source` have them (with their run's `image_id`), where no attempt of theirs has just ended. */
function tellOf(source: string): string {
  return `INSERT INTO outbox (image_id, run_id, event)
    SELECT image_id, run_id, jsonb_build_object('kind', 'tile', 'index', index, 'state', state, 'attempts', attempts,
      'latencyMs', NULL, 'detections', 0, 'throttled', false, 'error', error) FROM ${source} ORDER BY run_id, index`;
}

/** Tells watchers how tiles of a run stand now. */
export async function tellTiles(client: Queryable, runId: string, indexes: readonly number[]): Promise<void> {
  const source = `(SELECT image_id, tiles.* FROM tiles JOIN runs ON runs.id = run_id
    WHERE run_id = $1 AND index = ANY($2::int[])) AS told`;
  await client.query(tellOf(source), [runId, indexes]);
}

/** Which tiles in hand go back: all of a run, all of some workers, or one attempt of a worker that has forgotten it. */
type InHand = { runId: string } | { workers: readonly number[] } | TileHold;

/**
 * Hands tiles back that their holder will not finish, in one statement with their events: they wait again, due now. A result that
 * the holder still brings is refused by the tile's fence. Returns how many there were.
 */
export async function handBackTiles(client: Queryable, inHand: InHand): Promise<number> {
  const [condition, values] =
    "workers" in inHand
      ? ["worker = ANY($1::int[])", [inHand.workers]]
      : "worker" in inHand
        ? [
            "worker = $1 AND run_id = $2 AND index = $3 AND attempts = $4",
            [inHand.worker, inHand.runId, inHand.index, inHand.attempts],
          ]
        : ["run_id = $1", [inHand.runId]];
  const { rowCount } = await client.query(
    `WITH back AS (
        UPDATE tiles SET state = 'pending', worker = NULL, started_at = NULL, due_at = now()
          FROM runs WHERE runs.id = run_id AND tiles.state = 'running' AND ${condition}
        RETURNING image_id, run_id, index, tiles.state, attempts, error)
      ${tellOf("back")}`,
    values,
  );
  return rowCount ?? 0;
}

/** Skips all tiles of a run that wait, with the reason and their events. */
export async function skipPending(client: Queryable, runId: string, reason: string): Promise<void> {
  await client.query(
    `WITH skipped AS (
        UPDATE tiles SET state = 'skipped', error = $2, finished_at = now()
          FROM runs WHERE runs.id = run_id AND run_id = $1 AND tiles.state = 'pending'
        RETURNING image_id, run_id, index, tiles.state, attempts, error)
      ${tellOf("skipped")}`,
    [runId, reason],
  );
}
