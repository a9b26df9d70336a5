import { rawDetectionsQuery, runParamsSchema } from "#lib/core/api/runs.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { readRawDetections } from "#lib/server/runs/read-detections.ts";

/** What the tiles of a run said of a page, before it is merged, binary. */
export const GET = withAccess(
  "viewer",
  { params: runParamsSchema, query: rawDetectionsQuery },
  async ({ params, query }) => {
    const bytes = await readRawDetections(params.runId, query.page);
    return new Response(bytes, {
      headers: { "content-type": "application/octet-stream", "cache-control": "no-store" },
    });
  },
);
