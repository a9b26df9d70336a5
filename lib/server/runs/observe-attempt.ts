import type { TileHold } from "#db/queries/tiles.ts";
import { log } from "../log/log.ts";
import { instruments } from "../metrics/instruments.ts";
import { modelLabel } from "../metrics/model-label.ts";
import { noteInSpan } from "../tracing/tracing.ts";

/**
 * What became of an attempt at a tile. `retry`: it failed and comes back; `throttled`: the provider refused it for now; `failed`: given
 * up; `handed-back`: it was stopped before it had an answer; `superseded`: somebody else holds the tile by now.
 */
export type AttemptOutcome = "done" | "retry" | "throttled" | "failed" | "handed-back" | "superseded";

export type EndedAttempt = {
  outcome: AttemptOutcome;
  error: string | null;
  /** Milliseconds; `modelMs` is known where the model answered. */
  queueMs: number;
  latencyMs: number;
  modelMs?: number;
};

/** Counts an attempt at a tile that has ended, and logs it: a tile that is given up as a warning, all others at `debug`. */
export function observeAttempt(hold: TileHold, modelId: string, attempt: EndedAttempt): void {
  const { tiles, tileQueueSeconds, tileSeconds } = instruments();
  const { outcome, error, queueMs, latencyMs, modelMs } = attempt;
  const model = modelLabel(modelId);
  tiles.inc({ model, outcome });
  tileQueueSeconds.observe({ model }, queueMs / 1000);
  tileSeconds.observe({ model }, latencyMs / 1000);
  noteInSpan(() => ({ outcome, queueMs }), error);

  const level = outcome === "failed" ? "warn" : "debug";
  if (!log().isLevelEnabled(level)) return;
  log()[level](
    {
      run: hold.runId,
      tile: hold.index,
      attempt: hold.attempts,
      worker: hold.worker,
      model: modelId,
      outcome,
      queueMs: Math.round(queueMs),
      latencyMs: Math.round(latencyMs),
      ...(modelMs !== undefined && { modelMs: Math.round(modelMs) }),
      ...(error !== null && { error }),
    },
    "tile",
  );
}
