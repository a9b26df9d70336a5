import { pool } from "#db/client.ts";
import { type ClaimedTile, releaseTile, type TileFailure, type TileHold } from "#db/queries/tiles.ts";
import type { LiveFinding } from "#lib/core/detection/events.ts";
import type { LookRole } from "#lib/core/detection/evidence.ts";
import type { Detection } from "#lib/core/detection/finding.ts";
import { leastScore, leastScoreOf } from "#lib/core/detection/least-score.ts";
import { measured } from "#lib/core/detection/measured.ts";
import type { RunConfiguration } from "#lib/core/detection/run.ts";
import { ModelError, messageOf, TesseraError } from "#lib/core/errors.ts";
import { mapPositions } from "#lib/core/geometry/shape.ts";
import type { RegionReader } from "#lib/imaging/types.ts";
import { cutSides } from "#lib/models/cut-sides.ts";
import type { EncodedTile, TileDetection, TileModel, TilePicture, TileReply } from "#lib/models/types.ts";
import { uuidv7 } from "#lib/uuid.ts";
import { noteCall } from "../check-model.ts";
import { wake } from "../events/outbox.ts";
import { type Permit, runSignal } from "../limits/permits.ts";
import { commitTogether } from "./commit-together.ts";
import { lookRecord } from "./look-record.ts";
import { type AttemptOutcome, observeAttempt } from "./observe-attempt.ts";
import { patiently } from "./patiently.ts";
import { isAboutRun, remedyOf } from "./remedy.ts";
import type { RunContext } from "./run-context.ts";

/** Back-off never grows beyond this. */
const MAX_BACKOFF_MS = 60_000;
/** After a refusal not beyond this: the model's limiter keeps the pace, and a tile that was unlucky often is not to be waited for at the end. */
const MAX_REFUSED_BACKOFF_MS = 10_000;
/** A provider that asks to wait for longer is asked again all the same. */
const LONGEST_WAIT_MS = 600_000;

type Failure = Omit<TileFailure, "latencyMs" | "queueMs">;
const HANDED_BACK: Failure = { state: "pending", delayMs: 0, counts: false, throttled: false, error: null };

type TileTools = {
  reader: RegionReader | undefined;
  role: LookRole;
  model: TileModel;
  worker: number;
  permit: Permit;
};

/**
 * Works through one claimed tile: reads its own pixels, asks the model, commits. Whatever happens to this tile stays with this
 * tile; nothing is thrown but what the database throws.
 *
 * @returns why the whole run cannot go on, or null where only this tile is concerned: the ledger says what became of it
 */
export async function analyzeTile(context: RunContext, tile: ClaimedTile, tools: TileTools): Promise<string | null> {
  const { run, image } = context;
  const hold: TileHold = { runId: run.id, index: tile.index, attempts: tile.attempts, worker: tools.worker };
  const stopped = runSignal(run.id);
  const inTime = (): AbortSignal => AbortSignal.any([stopped, AbortSignal.timeout(run.configuration.retry.timeoutMs)]);
  let { queueMs } = tile;
  let started = performance.now();
  const release = async (failure: Failure): Promise<boolean> => {
    const times = { queueMs, latencyMs: performance.now() - started };
    const held = await patiently(() => releaseTile(pool(), image.id, hold, { ...failure, ...times }));
    observeAttempt(hold, tools.model.id, {
      outcome: held ? outcomeOf(failure) : "superseded",
      error: failure.error,
      ...times,
    });
    wake();
    return held;
  };
  try {
    const picture = await tools.model.encode(await readPixels(tile, tools, inTime()));
    const waitsFrom = performance.now();
    const placed = await tools.permit.turn();
    const waited = performance.now() - waitsFrom;
    queueMs += waited;
    started += waited;
    if (!placed) {
      await release(HANDED_BACK);
      return null;
    }
    const { reply, modelMs } = await askModel(context, tile, picture, tools, inTime());
    const detections = toLevel0(tile, reply.detections, run.configuration).map((found) => measured(found, image.scale));
    const times = { queueMs, latencyMs: performance.now() - started };
    const look = await lookRecord({ role: tools.role, model: tools.model.id, modelMs }, reply.exchange);
    const result = {
      detections,
      findings: detections.map((detection) => provisionalFinding(tile.page, detection)),
      ...times,
      modelMs,
      model: tools.model.id,
      ...reply.usage,
      look,
    };
    const held = await commitTogether({ imageId: image.id, hold, result, isSecondLook: tools.role === "escalation" });
    observeAttempt(hold, tools.model.id, { outcome: held ? "done" : "superseded", error: null, ...times, modelMs });
    wake();
    await noteCall({ id: tools.model.id, role: "tile" });
    return null;
  } catch (error) {
    const exchange = error instanceof ModelError ? error.exchange : undefined;
    const look = await lookRecord({ role: tools.role, model: tools.model.id, modelMs: null }, exchange, error);
    const held = await release({ ...classify(error, tile, run.configuration.retry, stopped), look });
    if (!isAboutRun(error)) return null;
    await noteCall({ id: tools.model.id, role: "tile" }, error);
    return held ? remedyOf(error) : null;
  }
}

async function readPixels(tile: ClaimedTile, { reader, model }: TileTools, signal: AbortSignal): Promise<TilePicture> {
  const size = { width: tile.readWidth, height: tile.readHeight };
  if (model.needsPixels === false) return { data: new Uint8Array(), ...size };
  if (!reader) throw new TesseraError("internal", `tile ${tile.index} is on page ${tile.page}, which the run has not`);
  try {
    return await reader.read(tile, size, signal);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new TesseraError("storage-failed", `the picture cannot be read: ${messageOf(error)}`, {
      remedy: "resume when its storage is back",
      cause: error,
    });
  }
}

/** The operating system refused: no fault of the tile's. */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
}

async function askModel(
  { run, image }: RunContext,
  tile: ClaimedTile,
  picture: EncodedTile,
  { model, permit }: TileTools,
  signal: AbortSignal,
): Promise<{ reply: TileReply; modelMs: number }> {
  const { classes, prompt, multiScale } = run.configuration;
  const asked = performance.now();
  permit.callStarts();
  try {
    const reply = await model.detect({
      picture,
      classes,
      prompt,
      minScore: leastScore(run.configuration),
      ...(multiScale && model.looksAtParts && { multiScale }),
      cut: cutSides(tile, image.pages[tile.page] ?? { width: 0, height: 0 }),
      studied: run.studied?.[tile.page],
      signal,
    });
    permit.callSucceeded(reply.usage.inputTokens + reply.usage.outputTokens);
    return { reply, modelMs: performance.now() - asked };
  } catch (error) {
    permit.callFailed(error);
    throw error;
  }
}

/** Boxes and shapes from the pixels that the model saw to level-0 pixels; in an order that depends on the reply's content only. */
function toLevel0(tile: ClaimedTile, found: readonly TileDetection[], configuration: RunConfiguration): Detection[] {
  const scaleX = tile.width / tile.readWidth;
  const scaleY = tile.height / tile.readHeight;
  return found
    .filter(({ score, label }) => score >= leastScoreOf(configuration, label))
    .map(
      ({ box: [x, y, width, height], score, label, text, geometry, measurements }): Detection => ({
        box: [tile.x + x * scaleX, tile.y + y * scaleY, width * scaleX, height * scaleY],
        score,
        label,
        ...(text === undefined ? {} : { text }),
        ...(measurements === undefined ? {} : { measurements }),
        ...(geometry === undefined
          ? {}
          : {
              geometry: mapPositions(geometry, ([px, py]) => [
                hundredth(tile.x + px * scaleX),
                hundredth(tile.y + py * scaleY),
              ]),
            }),
      }),
    )
    .sort(
      (a, b) => b.score - a.score || a.box[0] - b.box[0] || a.box[1] - b.box[1] || a.label.localeCompare(b.label, "en"),
    );
}

/** Of a pixel: outlines have many positions, and all of their digits would be kept and sent. */
function hundredth(value: number): number {
  return Math.round(value * 100) / 100;
}

function provisionalFinding(page: number, detection: Detection): LiveFinding {
  const { box, label, score } = detection;
  const shaped = detection.geometry !== undefined;
  return { id: uuidv7(), page, box, label, score, review: "unreviewed", version: 1, source: "model", shaped };
}

type Retry = { attempts: number; backoffMs: number };

/** What a failure means for its tile: try again after a while, or give up. */
function classify(error: unknown, tile: ClaimedTile, retry: Retry, stopped: AbortSignal): Failure {
  const text = messageOf(error).slice(0, 2000);
  if (stopped.aborted) return HANDED_BACK;
  if (isAboutRun(error)) return { ...HANDED_BACK, error: text };
  if (error instanceof ModelError && error.kind === "throttled") {
    const delayMs = Math.max(
      Math.min(LONGEST_WAIT_MS, error.retryAfterMs ?? 0),
      backOff(retry, tile.refusals, MAX_REFUSED_BACKOFF_MS),
    );
    return { state: "pending", delayMs, counts: false, throttled: true, error: text };
  }
  const hopeless =
    (error instanceof ModelError && error.kind === "tile-fatal") ||
    (error instanceof TesseraError && error.code === "bad-input");
  if (hopeless || tile.failures + 1 >= retry.attempts) {
    return { ...givenUp(tile, text), delayMs: 0, counts: true, throttled: false };
  }
  return { state: "pending", delayMs: backOff(retry, tile.failures), counts: true, throttled: false, error: text };
}

/** A tile that the tile model had answered for keeps that answer where the stronger one gives none. */
function givenUp({ kept }: ClaimedTile, error: string): Pick<Failure, "state" | "error" | "kept"> {
  if (kept === null) return { state: "failed", error };
  return { state: "done", kept, error: `what the tile model found stands: ${error}` };
}

function outcomeOf({ state, throttled, counts }: Failure): AttemptOutcome {
  if (state !== "pending") return "failed";
  if (throttled) return "throttled";
  return counts ? "retry" : "handed-back";
}

/** Exponential, with jitter: tiles that failed together do not come back together. Milliseconds. */
function backOff(retry: Retry, before: number, most = MAX_BACKOFF_MS): number {
  const ceiling = Math.min(most, retry.backoffMs * 2 ** Math.min(before, 16));
  return ceiling / 2 + (Math.random() * ceiling) / 2;
}
