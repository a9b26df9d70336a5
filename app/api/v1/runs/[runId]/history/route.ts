import { historyQuerySchema, runParamsSchema } from "#lib/core/api/runs.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { readHistoryOfRun } from "#lib/server/runs/read-history.ts";

export const GET = withAccess(
  "viewer",
  { params: runParamsSchema, query: historyQuerySchema },
  async ({ params, query }) => readHistoryOfRun(params.runId, query),
);
