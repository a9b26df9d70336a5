import { MOST_STARTS, type RunTicket } from "#lib/core/checkpoint.ts";
import { asStep } from "#lib/server/runs/as-step.ts";
import { mergeRun } from "#lib/server/runs/merge-run.ts";

/** Merges the raw detections of all tiles across seams. */
export async function mergeFindings(ticket: RunTicket) {
  "use step";
  return await asStep("mergeFindings", ticket, mergeRun);
}
mergeFindings.maxRetries = MOST_STARTS;
