import { inTransaction, pool } from "#db/client.ts";
import { audit } from "#db/queries/audit.ts";
import {
  deleteExport,
  type ExportRow,
  type ExportSubject,
  expiredExports,
  findExport,
  insertExport,
  knownExports,
  listExports,
} from "#db/queries/exports.ts";
import type { CollectionExportQuery, ExportJob, NewExport } from "#lib/core/api/exports.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { setWriterOf } from "#lib/core/formats/set.ts";
import { uuidv7 } from "#lib/uuid.ts";
import { readCollection } from "../images/collections.ts";
import { requireImage } from "../images/read-image.ts";
import { blobStore } from "../storage.ts";
import { requireRuns } from "./export-findings.ts";
import { EXPORT_BLOBS, exportBlob, KEEP_SECONDS } from "./kept-file.ts";
import { requireExportFormat } from "./open-export.ts";
import { wakeExports } from "./write-exports.ts";

/** Asks for an export to be written in the background. Audited. Throws `not-found`, `bad-input` for an unknown format or run. */
export async function requestExport(imageId: string, request: NewExport, actor: string): Promise<ExportJob> {
  const { run, ...asked } = request;
  const runs = run === null ? [] : [...new Set([run].flat())];
  const [first = null] = runs;
  const isOne = first !== null && runs.length === 1;
  const query = runs.length > 1 ? { ...asked, run: runs } : asked;
  requireExportFormat(query, isOne ? { runId: first } : { imageId });
  await requireImage(imageId);
  await requireRuns(imageId, runs);
  const subject = `image:${imageId}`;
  const wanted = { imageId, collectionId: null, runId: isOne ? first : null, query };
  return enqueue(wanted, { subject, details: request, actor });
}

/** Asks for a set of all images of a collection to be written in the background. Audited. Throws `not-found`, `bad-input` for an unknown format. */
export async function requestCollectionExport(
  collectionId: string,
  query: CollectionExportQuery,
  actor: string,
): Promise<ExportJob> {
  setWriterOf(query.format);
  await readCollection(collectionId);
  const subject = `collection:${collectionId}`;
  return enqueue({ imageId: null, collectionId, runId: null, query }, { subject, details: query, actor });
}

async function enqueue(
  wanted: Pick<ExportRow, "imageId" | "collectionId" | "runId" | "query">,
  { subject, details, actor }: { subject: string; details: object; actor: string },
): Promise<ExportJob> {
  const id = uuidv7();
  const row = await inTransaction(async (client) => {
    await audit(client, { actor, action: "export", subject, details: { ...details, export: id } });
    return insertExport(client, { ...wanted, id, createdBy: actor, keepSeconds: KEEP_SECONDS });
  });
  wakeExports();
  return present(row);
}

/** The exports of an image, or of a collection as a whole, newest first. Throws `not-found`. */
export async function readExports(of: ExportSubject): Promise<ExportJob[]> {
  if ("imageId" in of) await requireImage(of.imageId);
  else await readCollection(of.collectionId);
  return (await listExports(pool(), of)).map(present);
}

/** Throws `not-found`. */
export async function readExport(id: string): Promise<ExportJob> {
  return present(await requireExport(id));
}

/** The export's row. Throws `not-found`. */
export async function requireExport(id: string): Promise<ExportRow> {
  const row = await findExport(pool(), id);
  if (!row) throw new TesseraError("not-found", "there is no such export");
  return row;
}

/** Removes an export with its file; one that is being written stops. Throws `not-found`. */
export async function removeExport(id: string): Promise<void> {
  await requireExport(id);
  await deleteExport(pool(), id);
  await blobStore().delete(exportBlob(id));
}

/** Removes exports whose time is over, and files that no export knows of. Returns how many exports. */
export async function expireExports(): Promise<number> {
  const expired = await expiredExports(pool());
  for (const id of expired) {
    await deleteExport(pool(), id);
    await blobStore().delete(exportBlob(id));
  }
  const stored: string[] = [];
  for await (const { key } of blobStore().list(EXPORT_BLOBS)) stored.push(key.slice(EXPORT_BLOBS.length));
  const known = await knownExports(pool(), stored);
  for (const id of stored) if (!known.has(id)) await blobStore().delete(exportBlob(id));
  return expired.length;
}

function present(row: ExportRow): ExportJob {
  return {
    id: row.id,
    imageId: row.imageId,
    collectionId: row.collectionId,
    runId: row.runId,
    runs: row.query.run ?? null,
    format: row.query.format,
    space: row.query.space,
    review: row.query.review ?? null,
    label: row.query.label ?? null,
    minScore: row.query.minScore ?? null,
    page: row.query.page ?? null,
    evidence: row.query.evidence ?? false,
    labelScores: row.query.labelScores ?? null,
    source: row.query.source ?? null,
    minSide: row.query.minSide ?? null,
    maxSide: row.query.maxSide ?? null,
    state: row.state,
    total: row.total,
    written: row.written,
    losses: row.losses,
    fileName: row.fileName,
    bytes: row.bytes,
    sha256: row.sha256,
    error: row.error,
    createdBy: row.createdBy,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    path: row.state === "ready" ? `/api/v1/exports/${row.id}/file` : null,
  };
}
