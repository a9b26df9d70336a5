import { exportQuery } from "#lib/core/api/exports.ts";
import { imageParams } from "#lib/core/api/params.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { previewExport } from "#lib/server/exports/open-export.ts";

/** What an export of these findings would hold and lose. */
export const GET = withAccess("viewer", { params: imageParams, query: exportQuery }, ({ params, query }) =>
  previewExport(params, query),
);
