import type { PoolClient } from "pg";
import type { UploadRefusal, UploadState } from "#lib/core/api/uploads.ts";

type Queryable = Pick<PoolClient, "query">;

/** An upload's row. `sha256` is what the sender states while it is `receiving`, then what the bytes have. */
export type UploadRow = {
  id: string;
  owner: string;
  name: string;
  collection: string | null;
  bytes: number;
  sha256: string | null;
  metadata: Record<string, string | null>;
  state: UploadState;
  refusal: UploadRefusal | null;
  imageId: string | null;
  createdAt: Date;
  /** When its sender was last heard of. */
  touchedAt: Date;
};

const COLUMNS = `id, owner, name, collection, bytes::float8 AS bytes, sha256, metadata, state, refusal, image_id AS "imageId",
  created_at AS "createdAt", touched_at AS "touchedAt"`;

export type NewUpload = Pick<UploadRow, "id" | "owner" | "name" | "collection" | "bytes" | "sha256" | "metadata">;

export async function insertUpload(client: Queryable, upload: NewUpload): Promise<void> {
  await client.query(
    `INSERT INTO uploads (id, owner, name, collection, bytes, sha256, metadata, state)
      VALUES ($1, $2, $3, $4, $5, $6, $7, 'receiving')`,
    [
      upload.id,
      upload.owner,
      upload.name,
      upload.collection,
      upload.bytes,
      upload.sha256,
      JSON.stringify(upload.metadata),
    ],
  );
}

/** The upload, or null where there is none of that owner. */
export async function findUpload(client: Queryable, id: string, owner: string): Promise<UploadRow | null> {
  const { rows } = await client.query<UploadRow>(`SELECT ${COLUMNS} FROM uploads WHERE id = $1 AND owner = $2`, [
    id,
    owner,
  ]);
  return rows[0] ?? null;
}

/** The owner's uploads that are not an image yet, oldest first. */
export async function listUnfinishedUploads(client: Queryable, owner: string): Promise<UploadRow[]> {
  const { rows } = await client.query<UploadRow>(
    `SELECT ${COLUMNS} FROM uploads WHERE owner = $1 AND state IN ('receiving', 'checking') ORDER BY id LIMIT 1000`,
    [owner],
  );
  return rows;
}

/** Notes that the sender is there. */
export async function touchUpload(client: Queryable, id: string): Promise<void> {
  await client.query("UPDATE uploads SET touched_at = now() WHERE id = $1", [id]);
}

/** All bytes are there and have this hash; from here on it becomes an image, whatever happens in between. */
export async function noteUploadHash(client: Queryable, id: string, sha256: string): Promise<void> {
  await client.query(
    "UPDATE uploads SET state = 'checking', sha256 = $2, touched_at = now() WHERE id = $1 AND state = 'receiving'",
    [id, sha256],
  );
}

export async function noteUploadStored(client: Queryable, id: string, imageId: string): Promise<void> {
  await client.query("UPDATE uploads SET state = 'stored', image_id = $2, touched_at = now() WHERE id = $1", [
    id,
    imageId,
  ]);
}

export async function noteUploadRefused(client: Queryable, id: string, refusal: UploadRefusal): Promise<void> {
  await client.query("UPDATE uploads SET state = 'refused', refusal = $2, touched_at = now() WHERE id = $1", [
    id,
    JSON.stringify(refusal),
  ]);
}

export async function deleteUpload(client: Queryable, id: string): Promise<void> {
  await client.query("DELETE FROM uploads WHERE id = $1", [id]);
}

/** Uploads of which nothing was heard for so long. */
export async function silentUploads(client: Queryable, silenceSeconds: number): Promise<UploadRow[]> {
  const { rows } = await client.query<UploadRow>(
    `SELECT ${COLUMNS} FROM uploads WHERE touched_at < now() - make_interval(secs => $1) LIMIT 1000`,
    [silenceSeconds],
  );
  return rows;
}
