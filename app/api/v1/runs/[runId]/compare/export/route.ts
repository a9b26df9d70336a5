import { compareExportQuery } from "#lib/core/api/comparisons.ts";
import { runParams } from "#lib/core/api/params.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { openComparedExport } from "#lib/server/comparison/compare-run.ts";
import { exportResponse } from "#lib/server/exports/export-response.ts";

/** One part of a comparison in a format, streamed. */
export const GET = withAccess("viewer", { params: runParams, query: compareExportQuery }, async ({ params, query }) =>
  exportResponse(await openComparedExport(params.runId, query)),
);
