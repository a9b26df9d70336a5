import { collectionExportQuery } from "#lib/core/api/exports.ts";
import { collectionParams } from "#lib/core/api/params.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { previewCollectionExport } from "#lib/server/exports/export-collection.ts";

/** What a set of the collection would hold and lose. */
export const GET = withAccess(
  "viewer",
  { params: collectionParams, query: collectionExportQuery },
  ({ params, query }) => previewCollectionExport(params.collectionId, query),
);
