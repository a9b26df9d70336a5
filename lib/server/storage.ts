import { environment } from "#lib/config/env.ts";
import { processWide } from "#lib/process-wide.ts";
import type { BlobStore } from "#lib/storage/blob-store.ts";
import { openBlobStore } from "#lib/storage/open-store.ts";

/** The blob store of this installation. */
export function blobStore(): BlobStore {
  return processWide("blob-store", () => openBlobStore(environment().storageUrl, environment().dataDir));
}
