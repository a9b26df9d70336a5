import { newCollectionSchema } from "#lib/core/api/collections.ts";
import { json, withAccess } from "#lib/server/access/with-access.ts";
import { addCollection, readCollections } from "#lib/server/images/collections.ts";

export const GET = withAccess("viewer", {}, async () => ({ items: await readCollections(), nextCursor: null }));

export const POST = withAccess("operator", { body: newCollectionSchema }, async ({ body, principal }) =>
  json(await addCollection(body, principal.actor), { status: 201 }),
);
