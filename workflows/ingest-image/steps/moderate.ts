import type { ImageTicket } from "#lib/core/checkpoint.ts";
import { moderateImage } from "#lib/server/ingest/moderate-image.ts";
import { checkpointed } from "#lib/server/runs/checkpoint.ts";

/** Judges the image before anything else is made of it. */
export async function moderate(ticket: ImageTicket) {
  "use step";
  return await checkpointed("moderate", ticket, moderateImage);
}
