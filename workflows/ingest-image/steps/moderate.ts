import { type ImageTicket, MOST_STARTS } from "#lib/core/checkpoint.ts";
import { moderateImage } from "#lib/server/ingest/moderate-image.ts";
import { asStep } from "#lib/server/runs/as-step.ts";

/** Judges the image before anything else is made of it. */
export async function moderate(ticket: ImageTicket) {
  "use step";
  return await asStep("moderate", ticket, moderateImage);
}
moderate.maxRetries = MOST_STARTS;
