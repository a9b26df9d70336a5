import { MOST_STARTS, type RunTicket } from "#lib/core/checkpoint.ts";
import { asStep } from "#lib/server/runs/as-step.ts";
import { planRun as plan } from "#lib/server/runs/plan-run.ts";

/** Writes the tiles of the run into the ledger. */
export async function planRun(ticket: RunTicket) {
  "use step";
  return await asStep("planRun", ticket, plan);
}
planRun.maxRetries = MOST_STARTS;
