import { type ImageTicket, MOST_STARTS } from "#lib/core/checkpoint.ts";
import { failImage } from "#lib/server/ingest/fail-ingest.ts";
import { asStep } from "#lib/server/runs/as-step.ts";

/** Ends the ingest with the reason why it cannot go on. */
export async function failIngest(ticket: ImageTicket & { reason: string }) {
  "use step";
  return await asStep("failIngest", ticket, failImage);
}
failIngest.maxRetries = MOST_STARTS;
