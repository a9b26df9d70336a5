import { pool } from "#db/client.ts";
import { type ClaimedTile, commitTile, releaseTile, type TileFailure, type TileHold } from "#db/queries/tiles.ts";
import type { LiveFinding } from "#lib/core/detection/events.ts";
import type { Detection } from "#lib/core/detection/finding.ts";
import { ModelError, messageOf, TesseraError } from "#lib/core/errors.ts";
import type { RegionReader } from "#lib/imaging/types.ts";
import type { TileDetection, TileModel } from "#lib/models/types.ts";
import { uuidv7 } from "#lib/uuid.ts";
import { wake } from "../events/outbox.ts";
import type { RunContext } from "./run-context.ts";

/** Back-off never grows beyond this. */
const MAX_BACKOFF_MS = 60_000;

/** What became of a tile. `run-fatal` carries why the whole run cannot go on. */
export type TileOutcome =
  | { kind: "done" }
  | { kind: "retry" }
  | { kind: "failed" }
  | { kind: "lost" }
  | { kind: "run-fatal"; reason: string };

export type TileTools = { reader: RegionReader; model: TileModel; worker: number };

/**
 * Works through one claimed tile: reads its own pixels, asks the model, commits. Whatever happens to this tile stays with this
 * tile; nothing is thrown but what the database throws.
 */
export async function analyzeTile(
  context: RunContext,
  tile: ClaimedTile,
  tools: TileTools,
  cancelled: AbortSignal,
): Promise<TileOutcome> {
  const { run, image } = context;
  const hold: TileHold = { runId: run.id, index: tile.index, attempts: tile.attempts, worker: tools.worker };
  const started = performance.now();
  const signal = AbortSignal.any([cancelled, AbortSignal.timeout(run.configuration.retry.timeoutMs)]);
  try {
    const size = { width: tile.readWidth, height: tile.readHeight };
    const picture =
      tools.model.needsPixels === false
        ? { data: new Uint8Array(), ...size }
        : await tools.reader.read(tile, size, signal);
    const asked = performance.now();
    const reply = await tools.model.detect({
      picture,
      classes: run.configuration.classes,
      prompt: run.configuration.prompt,
      minScore: run.configuration.minScore,
      signal,
    });
    const modelMs = performance.now() - asked;
    const detections = toLevel0(tile, reply.detections, run.configuration.minScore);
    const committed = await commitTile(pool(), image.id, hold, {
      detections,
      findings: detections.map((detection) => provisionalFinding(tile.page, detection)),
      queueMs: tile.queueMs,
      modelMs,
      latencyMs: performance.now() - started,
      model: tools.model.id,
      inputTokens: reply.usage.inputTokens,
      outputTokens: reply.usage.outputTokens,
      cost: reply.usage.cost,
    });
    wake();
    return { kind: committed ? "done" : "lost" };
  } catch (error) {
    const failure = classify(error, tile, run.configuration.retry, cancelled);
    const held = await releaseTile(pool(), image.id, hold, {
      ...failure,
      queueMs: tile.queueMs,
      latencyMs: performance.now() - started,
    });
    wake();
    if (!held) return { kind: "lost" };
    if (error instanceof ModelError && error.kind === "run-fatal") {
      return { kind: "run-fatal", reason: error.remedy ? `${error.message}: ${error.remedy}` : error.message };
    }
    return { kind: failure.state === "failed" ? "failed" : "retry" };
  }
}

/** Boxes from the pixels that the model saw to level-0 pixels; in an order that depends on the reply's content only. */
function toLevel0(tile: ClaimedTile, found: readonly TileDetection[], minScore: number): Detection[] {
  const scaleX = tile.width / tile.readWidth;
  const scaleY = tile.height / tile.readHeight;
  return found
    .filter((detection) => detection.score >= minScore)
    .map(
      ({ box: [x, y, width, height], score, label }): Detection => ({
        box: [tile.x + x * scaleX, tile.y + y * scaleY, width * scaleX, height * scaleY],
        score,
        label,
      }),
    )
    .sort(
      (a, b) => b.score - a.score || a.box[0] - b.box[0] || a.box[1] - b.box[1] || a.label.localeCompare(b.label, "en"),
    );
}

function provisionalFinding(page: number, detection: Detection): LiveFinding {
  const { box, label, score } = detection;
  return { id: uuidv7(), page, box, label, score, review: "unreviewed", version: 1 };
}

type Retry = { attempts: number; backoffMs: number };

/** What a failure means for its tile: try again after a while, or give up. */
function classify(
  error: unknown,
  tile: ClaimedTile,
  retry: Retry,
  cancelled: AbortSignal,
): Omit<TileFailure, "latencyMs" | "queueMs"> {
  const text = messageOf(error).slice(0, 2000);
  if (cancelled.aborted) return { state: "pending", delayMs: 0, counts: false, throttled: false, error: null };
  if (error instanceof ModelError && error.kind === "run-fatal") {
    return { state: "pending", delayMs: 0, counts: false, throttled: false, error: text };
  }
  const throttled = error instanceof ModelError && error.kind === "throttled";
  const hopeless =
    (error instanceof ModelError && error.kind === "tile-fatal") ||
    (error instanceof TesseraError && error.code === "bad-input");
  const failures = tile.failures + 1;
  if (hopeless || failures >= retry.attempts) {
    return { state: "failed", delayMs: 0, counts: true, throttled, error: text };
  }
  // Full jitter: tiles that failed together do not come back together.
  const ceiling = Math.min(MAX_BACKOFF_MS, retry.backoffMs * 2 ** (failures - 1));
  const asked = error instanceof ModelError ? (error.retryAfterMs ?? 0) : 0;
  const delayMs = Math.max(asked, ceiling / 2 + (Math.random() * ceiling) / 2);
  return { state: "pending", delayMs, counts: true, throttled, error: text };
}
