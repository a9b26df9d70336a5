import type { UploadRow } from "#db/queries/uploads.ts";
import { type Upload, uploadMetadataSchema } from "#lib/core/api/uploads.ts";
import { uploadStaging } from "../storage.ts";
import { EXPIRY_MS } from "./expiry.ts";

/** Bytes that have come of an upload; null where its file is gone. */
export async function offsetOf(row: UploadRow): Promise<number | null> {
  return row.state === "receiving" ? uploadStaging().size(row.id) : row.bytes;
}

/** The upload as the API shows it; null where its bytes are gone. */
export async function presentUpload(row: UploadRow): Promise<Upload | null> {
  const offset = await offsetOf(row);
  if (offset === null) return null;
  return {
    id: row.id,
    name: row.name,
    collection: row.collection,
    bytes: row.bytes,
    offset,
    sha256: row.sha256,
    lastModified: uploadMetadataSchema.parse(row.metadata).lastModified ?? null,
    state: row.state === "receiving" && offset === row.bytes ? "checking" : row.state,
    refusal: row.refusal,
    imageId: row.imageId,
    createdAt: row.createdAt.toISOString(),
    expiresAt: new Date(row.touchedAt.getTime() + EXPIRY_MS).toISOString(),
  };
}
