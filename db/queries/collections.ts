import type { PoolClient } from "pg";
import { uuidv7 } from "#lib/uuid.ts";

type Queryable = Pick<PoolClient, "query">;

/** The collection that always is. */
const DEFAULT_COLLECTION = "Default";

/** A group of images; `providers` are the model providers that may see their pixels. */
export type CollectionRow = {
  id: string;
  name: string;
  providers: string[];
  defaults: Record<string, unknown>;
  images: number;
  createdAt: Date;
};

const COLUMNS = `id, name, providers, defaults, created_at AS "createdAt",
  (SELECT count(*)::int FROM images WHERE images.collection_id = collections.id AND images.deleted_at IS NULL) AS images`;

/** Id of the collection of that name, which is made where there is none. */
export async function ensureCollection(client: Queryable, name: string): Promise<string> {
  const known = await client.query<{ id: string }>("SELECT id FROM collections WHERE name = $1", [name]);
  if (known.rows[0]) return known.rows[0].id;
  await client.query(
    "INSERT INTO collections (id, name, providers) VALUES ($1, $2, '{local}') ON CONFLICT (name) DO NOTHING",
    [uuidv7(), name],
  );
  const { rows } = await client.query<{ id: string }>("SELECT id FROM collections WHERE name = $1", [name]);
  if (!rows[0]) throw new Error(`the collection ${name} was removed while it was looked up`);
  return rows[0].id;
}

/** Id of the collection Default, which is made where there is none. */
export async function ensureDefaultCollection(client: Queryable): Promise<string> {
  return ensureCollection(client, DEFAULT_COLLECTION);
}

/** All collections in order of name. */
export async function listCollections(client: Queryable): Promise<CollectionRow[]> {
  const { rows } = await client.query<CollectionRow>(`SELECT ${COLUMNS} FROM collections ORDER BY name`);
  return rows;
}

/** The collection, or null. */
export async function findCollection(client: Queryable, id: string): Promise<CollectionRow | null> {
  const { rows } = await client.query<CollectionRow>(`SELECT ${COLUMNS} FROM collections WHERE id = $1`, [id]);
  return rows[0] ?? null;
}

/** Adds a collection. Null where one of that name is there already. */
export async function insertCollection(
  client: Queryable,
  collection: Pick<CollectionRow, "id" | "name" | "providers" | "defaults">,
): Promise<CollectionRow | null> {
  const { rows } = await client.query<CollectionRow>(
    `INSERT INTO collections (id, name, providers, defaults) VALUES ($1, $2, $3, $4)
      ON CONFLICT (name) DO NOTHING RETURNING ${COLUMNS}`,
    [collection.id, collection.name, collection.providers, JSON.stringify(collection.defaults)],
  );
  return rows[0] ?? null;
}

/** Changes a collection; undefined stays as it is. Null where it is not there, or the name is another's. */
export async function updateCollection(
  client: Queryable,
  id: string,
  change: { name?: string | undefined; providers?: string[] | undefined; defaults?: object | undefined },
): Promise<CollectionRow | null> {
  const { rows } = await client.query<CollectionRow>(
    `UPDATE collections SET name = coalesce($2, name), providers = coalesce($3::text[], providers),
        defaults = coalesce($4::jsonb, defaults)
      WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM collections other WHERE other.name = $2 AND other.id <> $1)
      RETURNING ${COLUMNS}`,
    [id, change.name ?? null, change.providers ?? null, change.defaults ? JSON.stringify(change.defaults) : null],
  );
  return rows[0] ?? null;
}

/** Removes a collection that holds no image (deleted ones go to Default) and is not Default. */
export async function deleteCollection(client: Queryable, id: string): Promise<boolean> {
  await client.query(
    `UPDATE images SET collection_id = (SELECT id FROM collections WHERE name = $2)
      WHERE collection_id = $1 AND deleted_at IS NOT NULL`,
    [id, DEFAULT_COLLECTION],
  );
  const { rowCount } = await client.query(
    `DELETE FROM collections WHERE id = $1 AND name <> $2
      AND NOT EXISTS (SELECT 1 FROM images WHERE collection_id = collections.id)`,
    [id, DEFAULT_COLLECTION],
  );
  return rowCount === 1;
}
