import { pool } from "#db/client.ts";
import { deleteUpload, silentUploads } from "#db/queries/uploads.ts";
import { uploadStaging } from "../storage.ts";
import { forgetHash } from "./running-hash.ts";

/** An upload of which nothing is heard for so long is abandoned: over a long weekend and some days more it is kept. */
export const EXPIRY_MS = 7 * 24 * 3_600_000;

/** Removes what is abandoned, with what had come of it. Returns how many uploads. */
export async function expireUploads(): Promise<number> {
  const silent = await silentUploads(pool(), EXPIRY_MS / 1000);
  for (const { id } of silent) {
    await uploadStaging().remove(id);
    await deleteUpload(pool(), id);
    forgetHash(id);
  }
  return silent.length;
}
