import { collectionExportQuery } from "#lib/core/api/exports.ts";
import { collectionParams } from "#lib/core/api/params.ts";
import { json, withAccess } from "#lib/server/access/with-access.ts";
import { readExports, requestCollectionExport } from "#lib/server/exports/export-jobs.ts";

/** The exports of the collection as a whole, newest first. */
export const GET = withAccess("viewer", { params: collectionParams }, async ({ params }) => ({
  items: await readExports(params),
  nextCursor: null,
}));

/** Asks for a set that is written in the background. */
export const POST = withAccess(
  "viewer",
  { params: collectionParams, body: collectionExportQuery },
  async ({ principal, params, body }) =>
    json(await requestCollectionExport(params.collectionId, body, principal.actor), { status: 201 }),
);
