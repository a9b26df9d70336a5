import { exportParams } from "#lib/core/api/exports.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { answerExportFile } from "#lib/server/exports/answer-file.ts";

/** The file of the export, or a part of it. */
export const GET = withAccess("viewer", { params: exportParams }, ({ params, request }) =>
  answerExportFile(params.exportId, request),
);

/** What a download would be, and whether it can go on in parts. */
export const HEAD = withAccess("viewer", { params: exportParams }, ({ params, request }) =>
  answerExportFile(params.exportId, request),
);
