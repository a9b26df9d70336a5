import { MOST_STARTS, type RunTicket } from "#lib/core/checkpoint.ts";
import { asStep } from "#lib/server/runs/as-step.ts";
import { failRun as fail } from "#lib/server/runs/fail-run.ts";

/** Ends the run with the reason why it cannot go on. */
export async function failRun(ticket: RunTicket & { reason: string }) {
  "use step";
  return await asStep("failRun", ticket, fail);
}
failRun.maxRetries = MOST_STARTS;
