import type { PoolClient } from "pg";

type Queryable = Pick<PoolClient, "query">;

/** An image of a collection; `runId` is its latest run that ended completed or partial. */
export type CollectionImage = { id: string; name: string; runId: string | null };

/** All images of a collection, oldest first. */
export async function imagesOfCollection(client: Queryable, collectionId: string): Promise<CollectionImage[]> {
  const { rows } = await client.query<CollectionImage>(
    `SELECT id, name, (SELECT runs.id FROM runs WHERE runs.image_id = images.id AND runs.state IN ('completed', 'partial')
          ORDER BY runs.created_at DESC LIMIT 1) AS "runId"
      FROM images WHERE collection_id = $1 AND deleted_at IS NULL ORDER BY id`,
    [collectionId],
  );
  return rows;
}
