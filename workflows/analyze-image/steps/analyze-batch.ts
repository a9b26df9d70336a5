import type { BatchTicket } from "#lib/core/checkpoint.ts";
import { analyzeBatch as work } from "#lib/server/runs/analyze-batch.ts";
import { checkpointed } from "#lib/server/runs/checkpoint.ts";

/** The next tiles of the run, as many as fit a batch. */
export async function analyzeBatch(ticket: BatchTicket) {
  "use step";
  return await checkpointed("analyzeBatch", ticket, work);
}
