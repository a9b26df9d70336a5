import type { PoolClient } from "pg";
import type { ImageScale, ImageState, ImportedFrom, Moderation } from "#lib/core/detection/image.ts";

type Queryable = Pick<PoolClient, "query">;

/** An image's row as the use cases read it. `pages` are sizes in level-0 pixels; `levels` is 0 before the pyramid is built. */
export type ImageRow = {
  id: string;
  collectionId: string;
  name: string;
  sha256: string | null;
  bytes: number | null;
  importedFrom: ImportedFrom | null;
  format: string | null;
  pages: { width: number; height: number; levels: number; tileFormat?: "jpg" | "webp" }[];
  scale: ImageScale | null;
  magnification: number | null;
  dropped: string[];
  state: ImageState;
  progress: number | null;
  error: string | null;
  moderation: Moderation | null;
  tags: string[];
  createdAt: Date;
};

const COLUMNS = `id, collection_id AS "collectionId", name, sha256, bytes::float8 AS bytes, imported_from AS "importedFrom", format, pages, scale,
  magnification,  dropped, state, progress, error, moderation, tags, created_at AS "createdAt"`;

/** The image, or null where there is none or it was deleted. With `lock` its row is held until the transaction ends. */
export async function findImage(client: Queryable, id: string, lock = false): Promise<ImageRow | null> {
  const { rows } = await client.query<ImageRow>({
    name: lock ? "lock-image" : "find-image",
    text: `SELECT ${COLUMNS} FROM images WHERE id = $1 AND deleted_at IS NULL ${lock ? "FOR UPDATE" : ""}`,
    values: [id],
  });
  return rows[0] ?? null;
}

/** The image with those bytes, also a deleted one, held until the transaction ends. */
export async function findImageByHash(
  client: Queryable,
  sha256: string,
): Promise<(ImageRow & { deletedAt: Date | null }) | null> {
  const { rows } = await client.query<ImageRow & { deletedAt: Date | null }>(
    `SELECT ${COLUMNS}, deleted_at AS "deletedAt" FROM images WHERE sha256 = $1 FOR UPDATE`,
    [sha256],
  );
  return rows[0] ?? null;
}

export type NewImage = Pick<
  ImageRow,
  | "id"
  | "collectionId"
  | "name"
  | "sha256"
  | "bytes"
  | "importedFrom"
  | "format"
  | "pages"
  | "scale"
  | "magnification"
  | "dropped"
>;

/** Inserts an image that is to be ingested. False where one with the same bytes is there already. */
export async function insertImage(client: Queryable, image: NewImage): Promise<boolean> {
  const { rowCount } = await client.query(
    `INSERT INTO images
        (id, collection_id, name, sha256, bytes, format, pages, scale, magnification, dropped, imported_from, state)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'ingesting') ON CONFLICT (sha256) DO NOTHING`,
    [
      image.id,
      image.collectionId,
      image.name,
      image.sha256,
      image.bytes,
      image.format,
      JSON.stringify(image.pages),
      image.scale && JSON.stringify(image.scale),
      image.magnification,
      image.dropped,
      image.importedFrom && JSON.stringify(image.importedFrom),
    ],
  );
  return rowCount === 1;
}

/** Notes where an image's bytes were seen last: in the store (null), for good; in the import folder, where they are not in the store. */
export async function noteOriginal(client: Queryable, id: string, importedFrom: ImportedFrom | null): Promise<void> {
  await client.query(
    "UPDATE images SET imported_from = $2 WHERE id = $1 AND imported_from IS NOT NULL AND imported_from IS DISTINCT FROM $2",
    [id, importedFrom && JSON.stringify(importedFrom)],
  );
}

/** Hands the image to ingest (again), and takes back its deletion. */
export async function restartIngest(client: Queryable, id: string): Promise<void> {
  await client.query(
    `UPDATE images SET state = 'ingesting', progress = NULL, error = NULL, workflow_run_id = NULL, deleted_at = NULL
      WHERE id = $1`,
    [id],
  );
}

/** Takes a deletion back. */
export async function undeleteImage(client: Queryable, id: string): Promise<void> {
  await client.query("UPDATE images SET deleted_at = NULL WHERE id = $1", [id]);
}

/** Hides the image and what was found on it. */
export async function softDeleteImage(client: Queryable, id: string): Promise<void> {
  await client.query("UPDATE images SET deleted_at = now() WHERE id = $1", [id]);
}

/** Renames and tags; null stays as it is. */
export async function updateImage(
  client: Queryable,
  id: string,
  /** Null leaves a field as it is; so does a `scale` that is absent. */
  change: { name: string | null; tags: string[] | null; collectionId: string | null; scale?: ImageScale | null },
): Promise<ImageRow | null> {
  const { rows } = await client.query<ImageRow>(
    `UPDATE images SET name = coalesce($2, name), tags = coalesce($3::text[], tags),
        collection_id = coalesce($4::uuid, collection_id), scale = CASE WHEN $5 THEN $6::jsonb ELSE scale END
      WHERE id = $1 AND deleted_at IS NULL RETURNING ${COLUMNS}`,
    [
      id,
      change.name,
      change.tags,
      change.collectionId,
      change.scale !== undefined,
      change.scale ? JSON.stringify(change.scale) : null,
    ],
  );
  return rows[0] ?? null;
}

/** Images, newest first, after `before` (an image's id; ids are time-ordered). `text` is looked for in names and tags. */
export async function listImages(
  client: Queryable,
  filter: {
    text: string | null;
    state: ImageState | null;
    tag: string | null;
    collectionId: string | null;
    before: string | null;
    limit: number;
  },
): Promise<ImageRow[]> {
  const pattern = filter.text && `%${filter.text.replace(/[\\%_]/g, "\\$&")}%`;
  const { rows } = await client.query<ImageRow>(
    `SELECT ${COLUMNS} FROM images
      WHERE deleted_at IS NULL
        AND ($1::text IS NULL OR name ILIKE $1 OR EXISTS (SELECT 1 FROM unnest(tags) AS tag WHERE tag ILIKE $1))
        AND ($2::text IS NULL OR state = $2) AND ($3::text IS NULL OR $3 = ANY(tags))
        AND ($4::uuid IS NULL OR collection_id = $4) AND ($5::uuid IS NULL OR id < $5)
      ORDER BY id DESC LIMIT $6`,
    [pattern, filter.state, filter.tag, filter.collectionId, filter.before, filter.limit],
  );
  return rows;
}

/** Runs of the image that have not ended. */
export async function activeRunsOf(client: Queryable, imageId: string): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `SELECT id FROM runs WHERE image_id = $1 AND state IN ('queued', 'planning', 'running', 'paused', 'synthesizing')`,
    [imageId],
  );
  return rows.map((row) => row.id);
}
