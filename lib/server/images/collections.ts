import type { z } from "zod";
import { inTransaction, pool } from "#db/client.ts";
import { audit } from "#db/queries/audit.ts";
import {
  type CollectionRow,
  deleteCollection,
  findCollection,
  insertCollection,
  listCollections,
  updateCollection,
} from "#db/queries/collections.ts";
import type { Collection, collectionPatchSchema, newCollectionSchema } from "#lib/core/api/collections.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { uuidv7 } from "#lib/uuid.ts";

function present(row: CollectionRow): Collection {
  return { ...row, createdAt: row.createdAt.toISOString() };
}

const missing = () => new TesseraError("not-found", "there is no such collection");
const nameTaken = (name: string) => new TesseraError("conflict", `there is a collection called ${name} already`);

/** All collections in order of name. */
export async function readCollections(): Promise<Collection[]> {
  return (await listCollections(pool())).map(present);
}

/** The collection. Throws `not-found`. */
export async function readCollection(id: string): Promise<Collection> {
  const row = await findCollection(pool(), id);
  if (!row) throw missing();
  return present(row);
}

/** The collection of a name. Throws `not-found`. */
export async function requireCollectionNamed(name: string): Promise<Collection> {
  const found = (await listCollections(pool())).find((each) => each.name === name);
  if (!found) throw new TesseraError("not-found", `there is no collection called ${name}`);
  return present(found);
}

/** Adds a collection. Throws `conflict` where its name is taken. */
export async function addCollection(request: z.infer<typeof newCollectionSchema>, actor: string): Promise<Collection> {
  return inTransaction(async (client) => {
    const row = await insertCollection(client, { id: uuidv7(), ...request });
    if (!row) throw nameTaken(request.name);
    await audit(client, { actor, action: "add-collection", subject: `collection:${row.id}`, details: request });
    return present(row);
  });
}

/** Renames a collection, or changes which providers may see its pixels; audited. Throws `not-found` and `conflict`. */
export async function changeCollection(
  id: string,
  patch: z.infer<typeof collectionPatchSchema>,
  actor: string,
): Promise<Collection> {
  return inTransaction(async (client) => {
    const row = await updateCollection(client, id, patch);
    if (!row) {
      if (await findCollection(client, id)) throw nameTaken(patch.name ?? "that");
      throw missing();
    }
    await audit(client, { actor, action: "change-collection", subject: `collection:${id}`, details: patch });
    return present(row);
  });
}

/** Removes an empty collection. Throws `not-found`, and `conflict` for Default and where images are in it. */
export async function removeCollection(id: string, actor: string): Promise<void> {
  await inTransaction(async (client) => {
    const row = await findCollection(client, id);
    if (!row) throw missing();
    if (!(await deleteCollection(client, id))) {
      throw new TesseraError("conflict", `${row.name} holds images, or is the collection that always is`, {
        remedy: "move its images to another collection first",
      });
    }
    await audit(client, {
      actor,
      action: "remove-collection",
      subject: `collection:${id}`,
      details: { name: row.name },
    });
  });
}
