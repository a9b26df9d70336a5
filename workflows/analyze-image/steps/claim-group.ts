import { MOST_STARTS, type RunTicket } from "#lib/core/checkpoint.ts";
import { asStep } from "#lib/server/runs/as-step.ts";
import { claimGroup as claim } from "#lib/server/runs/claim-group.ts";

/** Claims the ticket's group for the calling workflow run. */
export async function claimGroup(ticket: RunTicket & { workflowRunId: string }) {
  "use step";
  return await asStep("claimGroup", ticket, claim);
}
claimGroup.maxRetries = MOST_STARTS;
