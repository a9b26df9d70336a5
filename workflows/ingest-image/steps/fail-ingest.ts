import type { ImageTicket } from "#lib/core/checkpoint.ts";
import { failImage } from "#lib/server/ingest/fail-ingest.ts";
import { checkpointed } from "#lib/server/runs/checkpoint.ts";

/** Ends the ingest with the reason why it cannot go on. */
export async function failIngest(ticket: ImageTicket & { reason: string }) {
  "use step";
  return await checkpointed("failIngest", ticket, failImage);
}
