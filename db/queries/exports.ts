import type { PoolClient } from "pg";
import type { ExportJobState, KeptQuery } from "#lib/core/api/exports.ts";
import { LIVING_WORKERS } from "./workers.ts";

type Queryable = Pick<PoolClient, "query">;

export type ExportRow = {
  id: string;
  /** Of an image or of a collection: the other is null. */
  imageId: string | null;
  collectionId: string | null;
  runId: string | null;
  query: KeptQuery;
  state: ExportJobState;
  attempts: number;
  total: number | null;
  written: number;
  losses: string[];
  fileName: string | null;
  mediaType: string | null;
  bytes: number | null;
  sha256: string | null;
  error: string | null;
  createdBy: string;
  createdAt: Date;
  expiresAt: Date;
};

const COLUMNS = `e.id, e.image_id AS "imageId", e.collection_id AS "collectionId", e.run_id AS "runId", e.query, e.state, e.attempts, e.total, e.written, e.losses,
  e.file_name AS "fileName", e.media_type AS "mediaType", e.bytes::float8 AS bytes, e.sha256, e.error,
  e.created_by AS "createdBy", e.created_at AS "createdAt", e.expires_at AS "expiresAt"`;

export type NewExportRow = Pick<ExportRow, "id" | "imageId" | "collectionId" | "runId" | "query" | "createdBy"> & {
  keepSeconds: number;
};

export async function insertExport(client: Queryable, row: NewExportRow): Promise<ExportRow> {
  const { rows } = await client.query<ExportRow>(
    `INSERT INTO exports AS e (id, image_id, collection_id, run_id, query, created_by, expires_at)
      VALUES ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7)) RETURNING ${COLUMNS}`,
    [row.id, row.imageId, row.collectionId, row.runId, JSON.stringify(row.query), row.createdBy, row.keepSeconds],
  );
  const saved = rows[0];
  if (!saved) throw new Error("the exports table gave no row");
  return saved;
}

/** The export, or null where it, or its image, is not there or deleted. */
export async function findExport(client: Queryable, id: string): Promise<ExportRow | null> {
  const { rows } = await client.query<ExportRow>(
    `SELECT ${COLUMNS} FROM exports e LEFT JOIN images ON images.id = e.image_id WHERE e.id = $1 AND images.deleted_at IS NULL`,
    [id],
  );
  return rows[0] ?? null;
}

/** What an export is of. */
export type ExportSubject = { imageId: string } | { collectionId: string };

/** The exports of an image, or of a collection as a whole, newest first. */
export async function listExports(client: Queryable, of: ExportSubject): Promise<ExportRow[]> {
  const [column, id] = "imageId" in of ? ["image_id", of.imageId] : ["collection_id", of.collectionId];
  const { rows } = await client.query<ExportRow>(
    `SELECT ${COLUMNS} FROM exports e WHERE e.${column} = $1 ORDER BY e.id DESC LIMIT 200`,
    [id],
  );
  return rows;
}

/** Takes the oldest export that waits, or whose worker has died, for a worker. Null where there is none. */
export async function takeExport(client: Queryable, worker: number): Promise<ExportRow | null> {
  const { rows } = await client.query<ExportRow>(
    `UPDATE exports AS e SET state = 'running', worker = $1, attempts = e.attempts + 1, written = 0
      WHERE e.id = (
        SELECT id FROM exports WHERE state = 'queued'
            OR state = 'running' AND (worker IS NULL OR worker = $1 OR worker NOT IN (${LIVING_WORKERS}))
          ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
      RETURNING ${COLUMNS}`,
    [worker],
  );
  return rows[0] ?? null;
}

/** Which try of which export writes: another that has taken it since holds it alone. */
export type ExportHold = { id: string; worker: number; attempts: number };

const HELD = "id = $1 AND state = 'running' AND worker = $2 AND attempts = $3";

/** Notes how far the writing is. False where the export is not held any more, or was removed. */
export async function noteExportProgress(
  client: Queryable,
  { id, worker, attempts }: ExportHold,
  progress: { total: number; written: number; losses: readonly string[] },
): Promise<boolean> {
  const { rowCount } = await client.query(`UPDATE exports SET total = $4, written = $5, losses = $6 WHERE ${HELD}`, [
    id,
    worker,
    attempts,
    progress.total,
    progress.written,
    JSON.stringify(progress.losses),
  ]);
  return rowCount === 1;
}

/** The file is whole. False where the export is not held any more. */
export async function noteExportReady(
  client: Queryable,
  { id, worker, attempts }: ExportHold,
  file: { total: number; fileName: string; mediaType: string; bytes: number; sha256: string; keepSeconds: number },
): Promise<boolean> {
  const { rowCount } = await client.query(
    `UPDATE exports SET state = 'ready', worker = NULL, total = $4, written = $4, file_name = $5, media_type = $6, bytes = $7,
        sha256 = $8, expires_at = now() + make_interval(secs => $9) WHERE ${HELD}`,
    [id, worker, attempts, file.total, file.fileName, file.mediaType, file.bytes, file.sha256, file.keepSeconds],
  );
  return rowCount === 1;
}

/** It can't be written, and why. */
export async function noteExportFailed(
  client: Queryable,
  { id, worker, attempts }: ExportHold,
  error: string,
): Promise<void> {
  await client.query(`UPDATE exports SET state = 'failed', worker = NULL, error = $4 WHERE ${HELD}`, [
    id,
    worker,
    attempts,
    error,
  ]);
}

/** Lets an export go, for another to take: a try that ends in order counts for none. */
export async function letGoOfExport(client: Queryable, { id, worker, attempts }: ExportHold): Promise<void> {
  await client.query(`UPDATE exports SET state = 'queued', worker = NULL, attempts = attempts - 1 WHERE ${HELD}`, [
    id,
    worker,
    attempts,
  ]);
}

export async function deleteExport(client: Queryable, id: string): Promise<boolean> {
  const { rowCount } = await client.query("DELETE FROM exports WHERE id = $1", [id]);
  return rowCount === 1;
}

/** Exports whose time is over, or whose image is deleted. */
export async function expiredExports(client: Queryable): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `SELECT e.id FROM exports e LEFT JOIN images ON images.id = e.image_id
      WHERE e.expires_at < now() OR images.deleted_at IS NOT NULL LIMIT 1000`,
  );
  return rows.map((row) => row.id);
}

/** Which of these exports there are. */
export async function knownExports(client: Queryable, ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await client.query<{ id: string }>("SELECT id FROM exports WHERE id = ANY($1::uuid[])", [ids]);
  return new Set(rows.map((row) => row.id));
}
