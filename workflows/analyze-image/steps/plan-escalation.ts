import { MOST_STARTS, type RunTicket } from "#lib/core/checkpoint.ts";
import { asStep } from "#lib/server/runs/as-step.ts";
import { planEscalation as plan } from "#lib/server/runs/plan-escalation.ts";

/** Chooses the tiles that go to the stronger model, after the first looks at all. */
export async function planEscalation(ticket: RunTicket) {
  "use step";
  return await asStep("planEscalation", ticket, plan);
}
planEscalation.maxRetries = MOST_STARTS;
