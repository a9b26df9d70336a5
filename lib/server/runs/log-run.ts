import type { RunState } from "#lib/core/detection/run.ts";
import { log } from "../log/log.ts";

/** Logs that a run has come to another state; one that failed, or paused for a reason that nobody chose, as a warning. */
export function logRun(
  run: string,
  state: RunState,
  more: { before?: RunState; reason?: string | null; tiles?: number; findings?: number } = {},
): void {
  if (more.before === state) return;
  const { reason, ...rest } = more;
  const level = state === "failed" || (state === "paused" && reason) ? "warn" : "info";
  log()[level]({ run, state, ...rest, ...(reason && { reason }) }, "run");
}
