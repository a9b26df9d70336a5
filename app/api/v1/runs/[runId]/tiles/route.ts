import { runParamsSchema, tileListQuerySchema } from "#lib/core/api/runs.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { readTiles } from "#lib/server/runs/read-run.ts";

export const GET = withAccess(
  "viewer",
  { params: runParamsSchema, query: tileListQuerySchema },
  async ({ params, query }) => readTiles(params.runId, query),
);
