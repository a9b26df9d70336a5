import type { RunTicket } from "#lib/core/checkpoint.ts";
import { checkpointed } from "#lib/server/runs/checkpoint.ts";
import { planRun as plan } from "#lib/server/runs/plan-run.ts";

/** Writes the tiles of the run into the ledger. */
export async function planRun(ticket: RunTicket) {
  "use step";
  return await checkpointed("planRun", ticket, plan);
}
