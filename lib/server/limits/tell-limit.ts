import { pool } from "#db/client.ts";
import type { TesseraEvent } from "#lib/core/detection/events.ts";
import { processWide } from "#lib/process-wide.ts";
import { appendEvent, wake } from "../events/outbox.ts";
import { log } from "../log/log.ts";
import { modelState } from "./model-permits.ts";

/** A limit that wavers is told this often at most. */
const QUIET_MS = 500;

type Told = { at: number; cap: number; inForce: number; phase: string };

function told(): Map<string, Told> {
  return processWide("told-limits", () => new Map<string, Told>());
}

/** Tells everyone who watches what the limiter makes of a run's cap, where that has changed. */
export async function tellLimit(
  run: { id: string; imageId: string; concurrency: number },
  modelId: string,
  inForce: number,
): Promise<void> {
  const state = modelState(modelId);
  const phase = state?.phase ?? "steady";
  const before = told().get(run.id);
  const now = performance.now();
  const cap = run.concurrency;
  if (before && before.cap === cap && before.phase === phase) {
    if (before.inForce === inForce || now - before.at < QUIET_MS) return;
  }
  told().set(run.id, { at: now, cap, inForce, phase });
  const reason = state?.reason ?? null;
  // How it wavers is for those who look closely; that it holds, breaks or is free again, or a person changed the cap, is not.
  const level = before?.cap === cap && before.phase === phase ? "debug" : "info";
  log()[level]({ run: run.id, model: modelId, cap, inForce, phase, ...(reason && { reason }) }, "limit");
  const event: TesseraEvent = { kind: "limit", cap, inForce, phase, reason };
  await appendEvent(pool(), { imageId: run.imageId, runId: run.id, event });
  wake();
}

/** A run has ended: what was told of it may be forgotten. */
export function forgetTold(runId: string): void {
  told().delete(runId);
}
