import type { RunTicket } from "#lib/core/checkpoint.ts";
import { checkpointed } from "#lib/server/runs/checkpoint.ts";
import { decideNext as decide } from "#lib/server/runs/decide-next.ts";

/** What follows this group. */
export async function decideNext(ticket: RunTicket) {
  "use step";
  return await checkpointed("decideNext", ticket, decide);
}
