import { runListQuerySchema } from "#lib/core/api/runs.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { readRuns } from "#lib/server/runs/read-run.ts";

export const GET = withAccess("viewer", { query: runListQuerySchema }, async ({ query }) => readRuns(query));
