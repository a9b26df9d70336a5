import { createHash } from "node:crypto";
import { pool } from "#db/client.ts";
import {
  findUpload,
  noteUploadHash,
  noteUploadRefused,
  noteUploadStored,
  type UploadRow,
} from "#db/queries/uploads.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { processWide } from "#lib/process-wide.ts";
import { IMAGE_BLOBS } from "#lib/storage/image-blobs.ts";
import type { Principal } from "../access/principal.ts";
import { addStoredImage } from "../images/add-image.ts";
import { blobStore, uploadStaging } from "../storage.ts";
import { takeHash } from "./running-hash.ts";

/**
 * Makes an upload of which all bytes have come an image: compares the hash, moves the file to its place without a copy, adds it.
 * Returns the image's id. Throws `bad-input` where the hash is another than `stated` or the sender's first statement, and what
 * `addStoredImage` throws; nothing stays of what is refused. Where it breaks off, doing it again goes on; while it is under way, a
 * second call waits for the first.
 */
export function finishUpload(id: string, owner: Principal, stated: string | null = null): Promise<string> {
  const underWay = processWide("finishing-uploads", () => new Map<string, Promise<string>>());
  const current = underWay.get(id);
  if (current) return current;
  const finishing = finish(id, owner, stated).finally(() => underWay.delete(id));
  underWay.set(id, finishing);
  return finishing;
}

async function finish(id: string, owner: Principal, stated: string | null): Promise<string> {
  const upload = await findUpload(pool(), id, owner.id);
  if (!upload) throw new TesseraError("not-found", "there is no such upload");
  if (upload.state === "stored" && upload.imageId) return upload.imageId;
  try {
    const sha256 = await hashOf(upload, stated);
    const key = IMAGE_BLOBS.original(sha256);
    if ((await uploadStaging().size(id)) !== null) await blobStore().adopt(uploadStaging().path(id), key);
    const { bytes, name } = upload;
    const { image } = await addStoredImage(
      { sha256, bytes, name, collection: upload.collection ?? undefined },
      owner.actor,
    );
    await noteUploadStored(pool(), id, image.id);
    return image.id;
  } catch (error) {
    if (!(error instanceof TesseraError) || !error.isCallersFault) throw error;
    await uploadStaging().remove(id);
    const { code, message, remedy = null } = error;
    await noteUploadRefused(pool(), id, { code, message, remedy });
    throw error;
  }
}

/** The hash of the whole file, noted before the file is moved, so that a crash in between loses nothing. */
async function hashOf(upload: UploadRow, stated: string | null): Promise<string> {
  if (upload.refusal) {
    throw new TesseraError("conflict", `the upload was refused: ${upload.refusal.message}`, { remedy: "begin anew" });
  }
  if (upload.state === "checking" && upload.sha256) return upload.sha256;
  const sha256 = takeHash(upload.id, upload.bytes) ?? (await hashFile(upload.id));
  for (const expected of [upload.sha256, stated]) {
    if (expected === null || expected === sha256) continue;
    throw new TesseraError(
      "bad-input",
      `what arrived is not what was sent: its SHA-256 is ${sha256}, and ${expected} was stated`,
      { remedy: "send the file again; if it was changed meanwhile, that is why" },
    );
  }
  await noteUploadHash(pool(), upload.id, sha256);
  return sha256;
}

async function hashFile(id: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of uploadStaging().read(id)) hash.update(piece);
  return hash.digest("hex");
}
