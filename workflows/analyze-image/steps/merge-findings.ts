import type { RunTicket } from "#lib/core/checkpoint.ts";
import { checkpointed } from "#lib/server/runs/checkpoint.ts";
import { mergeRun } from "#lib/server/runs/merge-run.ts";

/** Merges the raw detections of all tiles across seams. */
export async function mergeFindings(ticket: RunTicket) {
  "use step";
  return await checkpointed("mergeFindings", ticket, mergeRun);
}
