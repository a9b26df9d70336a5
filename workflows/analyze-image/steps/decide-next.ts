import { MOST_STARTS, type RunTicket } from "#lib/core/checkpoint.ts";
import { asStep } from "#lib/server/runs/as-step.ts";
import { decideNext as decide } from "#lib/server/runs/decide-next.ts";

/** What follows this group. */
export async function decideNext(ticket: RunTicket) {
  "use step";
  return await asStep("decideNext", ticket, decide);
}
decideNext.maxRetries = MOST_STARTS;
