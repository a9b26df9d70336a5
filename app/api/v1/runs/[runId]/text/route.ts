import { runParamsSchema } from "#lib/core/api/runs.ts";
import { runTextQuery } from "#lib/core/api/text.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { readRunText } from "#lib/server/runs/read-text.ts";

export const GET = withAccess("viewer", { params: runParamsSchema, query: runTextQuery }, async ({ params, query }) =>
  readRunText(params.runId, query.page),
);
