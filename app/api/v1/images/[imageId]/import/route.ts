import { importQuery } from "#lib/core/api/imports.ts";
import { imageParams } from "#lib/core/api/params.ts";
import { json, withAccess } from "#lib/server/access/with-access.ts";
import { receiveImport } from "#lib/server/imports/receive-import.ts";

/** Brings the findings of a file in, or says what would come in. */
export const POST = withAccess(
  "reviewer",
  { params: imageParams, query: importQuery },
  async ({ params, query, request, principal }) => {
    const report = await receiveImport(params.imageId, request, query, principal.actor);
    return json(report, { status: query.dryRun ? 200 : 201 });
  },
);
