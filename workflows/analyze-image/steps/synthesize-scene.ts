import { MOST_STARTS, type RunTicket } from "#lib/core/checkpoint.ts";
import { asStep } from "#lib/server/runs/as-step.ts";
import { synthesizeRun } from "#lib/server/runs/synthesize-run.ts";

/** Writes the scene and ends the run. */
export async function synthesizeScene(ticket: RunTicket) {
  "use step";
  return await asStep("synthesizeScene", ticket, synthesizeRun);
}
synthesizeScene.maxRetries = MOST_STARTS;
