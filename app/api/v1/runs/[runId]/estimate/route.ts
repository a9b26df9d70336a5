import { runParams } from "#lib/core/api/params.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { estimateRun } from "#lib/server/review/estimate-run.ts";

/** Precision and recall as far as people's decisions tell. */
export const GET = withAccess("viewer", { params: runParams }, async ({ params }) => estimateRun(params.runId));
