import { type ImageTicket, MOST_STARTS } from "#lib/core/checkpoint.ts";
import { prepareImage } from "#lib/server/ingest/prepare-image.ts";
import { asStep } from "#lib/server/runs/as-step.ts";

/** Pyramid, thumbnail, sizes; the image is ready then. */
export async function buildPyramid(ticket: ImageTicket) {
  "use step";
  return await asStep("buildPyramid", ticket, prepareImage);
}
buildPyramid.maxRetries = MOST_STARTS;
