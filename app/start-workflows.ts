import { start } from "workflow/api";
import type { ImageTicket, RunTicket } from "#lib/core/checkpoint.ts";
import { analyzeImage } from "#workflows/analyze-image/index.ts";
import { ingestImage } from "#workflows/ingest-image/index.ts";

/** How the engine starts workflows. It stands under `app/`, where the workflow compiler looks for what is imported. */
export const workflowStarters = {
  async startRun(ticket: RunTicket): Promise<string> {
    return (await start(analyzeImage, [ticket])).runId;
  },
  async startIngest(ticket: ImageTicket): Promise<string> {
    return (await start(ingestImage, [ticket])).runId;
  },
};
