import { exportParams } from "#lib/core/api/exports.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { readExport, removeExport } from "#lib/server/exports/export-jobs.ts";

/** The export and how far it is. */
export const GET = withAccess("viewer", { params: exportParams }, ({ params }) => readExport(params.exportId));

/** Removes the export and its file. */
export const DELETE = withAccess("reviewer", { params: exportParams }, async ({ params }) => {
  await removeExport(params.exportId);
});
