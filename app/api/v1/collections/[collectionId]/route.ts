import { collectionPatchSchema } from "#lib/core/api/collections.ts";
import { collectionParams } from "#lib/core/api/params.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { changeCollection, readCollection, removeCollection } from "#lib/server/images/collections.ts";

export const GET = withAccess("viewer", { params: collectionParams }, async ({ params }) =>
  readCollection(params.collectionId),
);

/** Renames it, or changes which providers may see its pixels. */
export const PATCH = withAccess(
  "operator",
  { params: collectionParams, body: collectionPatchSchema },
  async ({ params, body, principal }) => changeCollection(params.collectionId, body, principal.actor),
);

export const DELETE = withAccess("owner", { params: collectionParams }, async ({ params, principal }) =>
  removeCollection(params.collectionId, principal.actor),
);
