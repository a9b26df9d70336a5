import type { RunTicket } from "#lib/core/checkpoint.ts";
import { checkpointed } from "#lib/server/runs/checkpoint.ts";
import { claimGroup as claim } from "#lib/server/runs/claim-group.ts";

/** Claims the ticket's group for the calling workflow run. */
export async function claimGroup(ticket: RunTicket & { workflowRunId: string }) {
  "use step";
  return await checkpointed("claimGroup", ticket, claim);
}
