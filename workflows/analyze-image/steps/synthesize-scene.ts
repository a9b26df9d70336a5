import type { RunTicket } from "#lib/core/checkpoint.ts";
import { checkpointed } from "#lib/server/runs/checkpoint.ts";
import { synthesizeRun } from "#lib/server/runs/synthesize-run.ts";

/** Writes the scene and ends the run. */
export async function synthesizeScene(ticket: RunTicket) {
  "use step";
  return await checkpointed("synthesizeScene", ticket, synthesizeRun);
}
