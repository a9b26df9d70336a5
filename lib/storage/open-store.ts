import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { TesseraError } from "#lib/core/errors.ts";
import type { ManagedStore } from "./blob-store.ts";
import { createFileStore } from "./file-store.ts";
import { parseS3Address, type S3Address } from "./s3-address.ts";
import { createS3Store } from "./s3-store.ts";
import { createStaging, type Staging } from "./staging.ts";

/** Hidden, so that no file in it is ever a blob. */
const UPLOADS = ".uploads";

/**
 * Opens the blob store that `url` names: `file:` with a path, absolute or relative to the data folder, or
 * `s3://BUCKET/PREFIX?endpoint=URL&region=REGION`. Throws `configuration` for anything else.
 */
export function openBlobStore(url: string, dataDir: string): ManagedStore {
  const place = placeOf(url, dataDir);
  return "root" in place ? createFileStore(place) : createS3Store(place.s3, join(dataDir, "s3"));
}

/** Opens the place where uploads grow: on the store's own disk, so that a finished one is moved and not copied. */
export function openStaging(url: string, dataDir: string): Staging {
  const place = placeOf(url, dataDir);
  return createStaging("root" in place ? join(place.root, UPLOADS) : join(dataDir, "uploads"));
}

function placeOf(url: string, dataDir: string): { root: string } | { s3: S3Address } {
  if (url.startsWith("file:")) {
    const path = url.startsWith("file://") ? fileURLToPath(url) : url.slice("file:".length);
    if (path !== "") return { root: resolve(dataDir, path) };
  }
  const s3 = parseS3Address(url);
  if (s3) return { s3 };
  throw new TesseraError("configuration", `TESSERA_STORAGE_URL names a store that is not served: ${schemeOf(url)}`, {
    remedy:
      "set it to file: and a folder, or to s3://BUCKET/PREFIX?endpoint=URL&region=REGION, or leave it out to keep blobs in the data folder",
  });
}

/** The scheme alone: the rest of an address may hold a secret. */
function schemeOf(url: string): string {
  return /^[a-z0-9+.-]+:/i.exec(url)?.[0] ?? "no scheme";
}
