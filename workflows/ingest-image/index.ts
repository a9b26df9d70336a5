import type { ImageTicket } from "#lib/core/checkpoint.ts";
import { buildPyramid } from "./steps/build-pyramid.ts";
import { failIngest } from "./steps/fail-ingest.ts";
import { moderate } from "./steps/moderate.ts";

/** Takes an uploaded image to `ready`: moderation first, on an overview read from the source; only then the pyramid. */
export async function ingestImage(ticket: ImageTicket) {
  "use workflow";
  try {
    const { verdict } = await moderate(ticket);
    if (verdict === "block") return { state: "blocked" };
    return await buildPyramid(ticket);
  } catch (error) {
    return await failIngest({ ...ticket, reason: error instanceof Error ? error.message : String(error) });
  }
}
