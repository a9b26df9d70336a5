import { runParamsSchema } from "#lib/core/api/runs.ts";
import { textSearchQuery } from "#lib/core/api/text.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { searchRunText } from "#lib/server/runs/read-text.ts";

export const GET = withAccess(
  "viewer",
  { params: runParamsSchema, query: textSearchQuery },
  async ({ params, query }) => searchRunText(params.runId, query),
);
