import { compareQuery } from "#lib/core/api/comparisons.ts";
import { runParams } from "#lib/core/api/params.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { compareRun } from "#lib/server/comparison/compare-run.ts";

/** How far the run agrees with another, or with what was imported or drawn. */
export const GET = withAccess("viewer", { params: runParams, query: compareQuery }, ({ params, query }) =>
  compareRun(params.runId, query),
);
