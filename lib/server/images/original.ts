import type { ImportedFrom } from "#lib/core/detection/image.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { IMAGE_BLOBS } from "#lib/storage/image-blobs.ts";
import { blobStore } from "../storage.ts";
import { type ImportFile, openImportFile } from "./import-folder.ts";

/** Where the bytes of an image are: in the store under their hash, or in a file of the import folder. */
type Original = { sha256: string; importedFrom: ImportedFrom | null };

/**
 * Lets `work` read an image's own file, whose path is good for that long only. Throws where a file of the import folder is no longer
 * the one that was added.
 */
export async function withOriginal<T>(image: Original, work: (path: string) => Promise<T>): Promise<T> {
  if (image.importedFrom === null) return work(await blobStore().localPath(IMAGE_BLOBS.original(image.sha256)));
  const file = await openImported(image.importedFrom);
  try {
    return await work(file.path);
  } finally {
    await file.close();
  }
}

/** Why a file of the import folder cannot be read any more; null where it can. */
export async function importTrouble(importedFrom: ImportedFrom): Promise<string | null> {
  try {
    await (await openImported(importedFrom)).close();
    return null;
  } catch (error) {
    if (error instanceof TesseraError) return `${error.message}: ${error.remedy}`;
    throw error;
  }
}

async function openImported({ path, modifiedMs }: ImportedFrom): Promise<ImportFile> {
  const file = await openImportFile(path).catch((cause: unknown) => {
    throw new TesseraError("conflict", `its file ${path} is no longer in the import folder`, {
      remedy: "put it back, or add the picture again from where it is now",
      cause,
    });
  });
  if (file.modifiedMs === modifiedMs) return file;
  await file.close();
  throw new TesseraError("conflict", `its file ${path} in the import folder was changed since it was added`, {
    remedy: "add it again: what it holds now is another picture",
  });
}
