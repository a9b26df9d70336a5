import { importParams } from "#lib/core/api/imports.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { takeBackImport } from "#lib/server/imports/undo-import.ts";

/** Takes an import back. */
export const POST = withAccess("reviewer", { params: importParams }, ({ params, principal }) =>
  takeBackImport(params.importId, principal.actor),
);
