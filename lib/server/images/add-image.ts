import { inTransaction, pool } from "#db/client.ts";
import { audit } from "#db/queries/audit.ts";
import { ensureCollection, ensureDefaultCollection } from "#db/queries/collections.ts";
import {
  findImageByHash,
  insertImage,
  type NewImage,
  noteOriginal,
  restartIngest,
  undeleteImage,
} from "#db/queries/images.ts";
import { environment } from "#lib/config/env.ts";
import type { Image, ImportedFrom } from "#lib/core/detection/image.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { probeImage } from "#lib/imaging/probe.ts";
import { IMAGE_BLOBS } from "#lib/storage/image-blobs.ts";
import { uuidv7 } from "#lib/uuid.ts";
import { appendEvent, wake } from "../events/outbox.ts";
import { blobStore } from "../storage.ts";
import { readImage } from "./read-image.ts";

/** A picture on its way in. `collection` is a name; absent: Default. */
export type IncomingImage = {
  source: AsyncIterable<Uint8Array>;
  name: string;
  collection?: string | undefined;
  maxBytes?: number | undefined;
};

/**
 * Streams a picture into the store, hashing it on the way, and adds it as `addStoredImage` does. Throws what that throws, and
 * `too-large`.
 */
export async function addImage(incoming: IncomingImage, actor: string): Promise<{ image: Image; added: boolean }> {
  const stored = await blobStore().putByHash(unbroken(incoming.source), IMAGE_BLOBS.original, {
    maxBytes: incoming.maxBytes ?? environment().maxUploadBytes,
  });
  return addStoredImage({ ...stored, name: incoming.name, collection: incoming.collection }, actor);
}

/**
 * Adds a blob that has just come under the hash of its bytes, as `addOriginal` does; nothing stays of what is refused.
 */
export async function addStoredImage(
  stored: { sha256: string; bytes: number; name: string; collection?: string | undefined },
  actor: string,
): Promise<{ image: Image; added: boolean }> {
  const key = IMAGE_BLOBS.original(stored.sha256);
  try {
    return await addOriginal({ ...stored, importedFrom: null, path: await blobStore().localPath(key) }, actor);
  } catch (error) {
    // What a fault of ours broke off is tried again, and needs the bytes for that.
    const refused = error instanceof TesseraError && error.isCallersFault;
    if (refused && !(await inTransaction((client) => findImageByHash(client, stored.sha256)))) {
      await blobStore().delete(key);
    }
    throw error;
  }
}

/**
 * Probes the content of a picture's own file at `path`, and queues it for ingest. The same bytes are the same image: it is returned as
 * it is, or taken back from deletion, or ingested anew where that had failed (`added` false). Throws `unsupported-image`.
 */
export async function addOriginal(
  original: {
    sha256: string;
    bytes: number;
    name: string;
    collection?: string | undefined;
    importedFrom: ImportedFrom | null;
    path: string;
  },
  actor: string,
): Promise<{ image: Image; added: boolean }> {
  const known = await returnKnownImage(original, actor);
  if (known) return { image: await readImage(known), added: false };

  const { maxPixels, pdfDpi } = environment();
  const probe = await probeImage(original.path, { maxPixels, pdfDpi });
  const id = uuidv7();
  const collectionId = original.collection
    ? await ensureCollection(pool(), original.collection)
    : await ensureDefaultCollection(pool());
  const added = await queueForIngest(
    {
      id,
      collectionId,
      name: plainName(original.name),
      sha256: original.sha256,
      bytes: original.bytes,
      importedFrom: original.importedFrom,
      format: probe.format,
      pages: probe.pages.map((page) => ({ ...page, levels: 0 })),
      scale: probe.scale,
      magnification: probe.magnification,
      dropped: probe.dropped,
    },
    actor,
  );
  if (added) return { image: await readImage(id), added: true };
  const other = await returnKnownImage(original, actor);
  if (!other)
    throw new TesseraError("conflict", "the image was removed while it was added", { remedy: "add it again" });
  return { image: await readImage(other), added: false };
}

/** What goes wrong in the source is the sender's: the upload broke off. */
async function* unbroken(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* source;
  } catch (error) {
    if (error instanceof TesseraError) throw error;
    throw new TesseraError("bad-request", "the upload broke off before its end", {
      remedy: "send it again",
      cause: error,
    });
  }
}

async function queueForIngest(image: NewImage, actor: string): Promise<boolean> {
  const added = await inTransaction(async (client) => {
    if (!(await insertImage(client, image))) return false;
    const details = { name: image.name, sha256: image.sha256 };
    await audit(client, { actor, action: "add-image", subject: `image:${image.id}`, details });
    const event = { kind: "image", state: "ingesting", progress: null, error: null } as const;
    await appendEvent(client, { imageId: image.id, runId: null, event });
    return true;
  });
  if (added) wake();
  return added;
}

/** Id of the image that has these bytes already, put right where it was deleted or had failed. */
async function returnKnownImage(
  { sha256, importedFrom }: { sha256: string; importedFrom: ImportedFrom | null },
  actor: string,
): Promise<string | null> {
  const id = await inTransaction(async (client) => {
    const known = await findImageByHash(client, sha256);
    // Its bytes have just been seen here, wherever they were before.
    if (known) await noteOriginal(client, known.id, importedFrom);
    if (!known || (known.state !== "failed" && known.deletedAt === null)) return known?.id ?? null;
    if (known.state === "failed") await restartIngest(client, known.id);
    else await undeleteImage(client, known.id);
    await audit(client, { actor, action: "restore-image", subject: `image:${known.id}` });
    const state = known.state === "failed" ? "ingesting" : known.state;
    const event = { kind: "image", state, progress: null, error: null } as const;
    await appendEvent(client, { imageId: known.id, runId: null, event });
    return known.id;
  });
  if (id) wake();
  return id;
}

/** The last part of a name, without what no name holds, at most 255 characters. */
export function plainName(name: string): string {
  const last = name.normalize("NFC").split(/[\\/]/).at(-1) ?? "";
  const plain = last.replace(/\p{C}/gu, "").trim().slice(0, 255);
  return plain === "" ? "unnamed" : plain;
}
