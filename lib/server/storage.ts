import { environment } from "#lib/config/env.ts";
import { processWide } from "#lib/process-wide.ts";
import type { BlobStore } from "#lib/storage/blob-store.ts";
import { openBlobStore, openStaging } from "#lib/storage/open-store.ts";
import type { Staging } from "#lib/storage/staging.ts";

/** The blob store of this installation. */
export function blobStore(): BlobStore {
  return store();
}

/** Where the uploads of this installation grow. */
export function uploadStaging(): Staging {
  return processWide("upload-staging", () => openStaging(environment().storageUrl, environment().dataDir));
}

/** Scratch files older than this belong to nobody: the longest upload or pyramid writes to its own all the time. */
const ABANDONED_MS = 24 * 3_600_000;

/** Removes scratch files that a crash left behind. */
export async function cleanScratch(): Promise<void> {
  await store().cleanScratch(ABANDONED_MS);
}

function store() {
  return processWide("blob-store", () => openBlobStore(environment().storageUrl, environment().dataDir));
}
