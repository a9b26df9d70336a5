import type { ImageTicket } from "#lib/core/checkpoint.ts";
import { prepareImage } from "#lib/server/ingest/prepare-image.ts";
import { checkpointed } from "#lib/server/runs/checkpoint.ts";

/** Pyramid, thumbnail, sizes; the image is ready then. */
export async function buildPyramid(ticket: ImageTicket) {
  "use step";
  return await checkpointed("buildPyramid", ticket, prepareImage);
}
