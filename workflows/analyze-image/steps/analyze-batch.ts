import { type BatchTicket, MOST_STARTS } from "#lib/core/checkpoint.ts";
import { analyzeBatch as work } from "#lib/server/runs/analyze-batch.ts";
import { asStep } from "#lib/server/runs/as-step.ts";

/** The next tiles of the run, as many as fit a batch. */
export async function analyzeBatch(ticket: BatchTicket) {
  "use step";
  return await asStep("analyzeBatch", ticket, work);
}
analyzeBatch.maxRetries = MOST_STARTS;
