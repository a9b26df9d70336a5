import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { TesseraError } from "#lib/core/errors.ts";
import { createFileStore, type FileStore } from "./file-store.ts";
import { createStaging, type Staging } from "./staging.ts";

/** Hidden, so that no file in it is ever a blob. */
const UPLOADS = ".uploads";

/**
 * Opens the blob store that `url` names: `file:` with a path, absolute or relative to the data folder.
 * Throws `configuration` for anything else.
 */
export function openBlobStore(url: string, dataDir: string): FileStore {
  return createFileStore({ root: folderOf(url, dataDir) });
}

/** Opens the place where uploads grow: on the store's own disk, so that a finished one is moved and not copied. */
export function openStaging(url: string, dataDir: string): Staging {
  return createStaging(join(folderOf(url, dataDir), UPLOADS));
}

function folderOf(url: string, dataDir: string): string {
  if (url.startsWith("file:")) {
    const path = url.startsWith("file://") ? fileURLToPath(url) : url.slice("file:".length);
    if (path !== "") return resolve(dataDir, path);
  }
  throw new TesseraError("configuration", `TESSERA_STORAGE_URL names a store that is not served: ${schemeOf(url)}`, {
    remedy: "set it to file: and a folder, or leave it out to keep blobs in the data folder",
  });
}

/** The scheme alone: the rest of an address may hold a secret. */
function schemeOf(url: string): string {
  return /^[a-z0-9+.-]+:/i.exec(url)?.[0] ?? "no scheme";
}
