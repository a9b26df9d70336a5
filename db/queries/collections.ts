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
