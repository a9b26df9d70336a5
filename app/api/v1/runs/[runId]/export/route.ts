import { exportQuery } from "#lib/core/api/exports.ts";
import { runParams } from "#lib/core/api/params.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { exportResponse } from "#lib/server/exports/export-response.ts";
import { openExport } from "#lib/server/exports/open-export.ts";

/** The run's findings in a format, streamed. */
export const GET = withAccess("viewer", { params: runParams, query: exportQuery }, async ({ params, query }) =>
  exportResponse(await openExport(params, query)),
);
