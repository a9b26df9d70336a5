import { instruments } from "./instruments.ts";
import { modelLabel } from "./model-label.ts";

/**
 * What became of an attempt at a tile. `retry`: it failed and comes back; `throttled`: the provider refused it for now; `failed`: given
 * up; `handed-back`: it was stopped before it had an answer; `superseded`: somebody else holds the tile by now.
 */
export type AttemptOutcome = "done" | "retry" | "throttled" | "failed" | "handed-back" | "superseded";

/** Counts an attempt at a tile that has ended, and how long it waited and took. */
export function observeAttempt(
  modelId: string,
  outcome: AttemptOutcome,
  times: { queueMs: number; latencyMs: number },
): void {
  const { tiles, tileQueueSeconds, tileSeconds } = instruments();
  const model = modelLabel(modelId);
  tiles.inc({ model, outcome });
  tileQueueSeconds.observe({ model }, times.queueMs / 1000);
  tileSeconds.observe({ model }, times.latencyMs / 1000);
}
