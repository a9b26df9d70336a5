import { runParamsSchema, viewportSchema } from "#lib/core/api/runs.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { putViewFirst } from "#lib/server/runs/view-first.ts";

export const POST = withAccess("viewer", { params: runParamsSchema, body: viewportSchema }, async ({ params, body }) =>
  putViewFirst(params.runId, body),
);
