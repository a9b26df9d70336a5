import { exportQuery } from "#lib/core/api/exports.ts";
import { imageParams } from "#lib/core/api/params.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { exportResponse } from "#lib/server/exports/export-response.ts";
import { openExport } from "#lib/server/exports/open-export.ts";

/** All findings of the image in a format, streamed: those of every run, imported and drawn ones. */
export const GET = withAccess("viewer", { params: imageParams, query: exportQuery }, async ({ params, query }) =>
  exportResponse(await openExport(params, query)),
);
