import type { RunTicket } from "#lib/core/checkpoint.ts";
import { checkpointed } from "#lib/server/runs/checkpoint.ts";
import { failRun as fail } from "#lib/server/runs/fail-run.ts";

/** Ends the run with the reason why it cannot go on. */
export async function failRun(ticket: RunTicket & { reason: string }) {
  "use step";
  return await checkpointed("failRun", ticket, fail);
}
