import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { TesseraError } from "#lib/core/errors.ts";
import { createFileStore, type FileStore } from "./file-store.ts";

/**
 * Opens the blob store that `url` names: `file:` with a path, absolute or relative to the data folder.
 * Throws `configuration` for anything else.
 */
export function openBlobStore(url: string, dataDir: string): FileStore {
  if (url.startsWith("file:")) {
    const path = url.startsWith("file://") ? fileURLToPath(url) : url.slice("file:".length);
    if (path !== "") return createFileStore({ root: resolve(dataDir, path) });
  }
  throw new TesseraError("configuration", `TESSERA_STORAGE_URL names a store that is not served: ${schemeOf(url)}`, {
    remedy: "set it to file: and a folder, or leave it out to keep blobs in the data folder",
  });
}

/** The scheme alone: the rest of an address may hold a secret. */
function schemeOf(url: string): string {
  return /^[a-z0-9+.-]+:/i.exec(url)?.[0] ?? "no scheme";
}
