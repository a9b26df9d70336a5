import { collectionExportQuery } from "#lib/core/api/exports.ts";
import { collectionParams } from "#lib/core/api/params.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { openCollectionExport } from "#lib/server/exports/export-collection.ts";
import { exportResponse } from "#lib/server/exports/export-response.ts";

/** The findings of all images of the collection as one set, streamed. */
export const GET = withAccess(
  "viewer",
  { params: collectionParams, query: collectionExportQuery },
  async ({ params, query }) => exportResponse(await openCollectionExport(params.collectionId, query)),
);
