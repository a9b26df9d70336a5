import { pool } from "#db/client.ts";
import { findUpload, listUnfinishedUploads } from "#db/queries/uploads.ts";
import type { Upload } from "#lib/core/api/uploads.ts";
import { TesseraError } from "#lib/core/errors.ts";
import type { Principal } from "../access/principal.ts";
import { finishUpload } from "./finish-upload.ts";
import { presentUpload } from "./present-upload.ts";

/** A reader waits this long for the checks of a complete upload; a large file on a slow disk takes longer, and is asked for again. */
const WAIT_MS = 20_000;

/** The principal's uploads that are not an image yet, oldest first: what may be gone on with. */
export async function readUnfinishedUploads(principal: Principal): Promise<Upload[]> {
  const rows = await listUnfinishedUploads(pool(), principal.id);
  return (await Promise.all(rows.map(presentUpload))).filter((upload) => upload !== null);
}

/**
 * One upload. Where all bytes have come and it is neither stored nor refused – its process may have died over it – it is finished
 * now, and waited for a while. Throws `not-found`, also for another's.
 */
export async function readUpload(id: string, principal: Principal): Promise<Upload> {
  const upload = await find(id, principal);
  if (upload.state !== "checking") return upload;
  // A refusal is part of the answer; a fault of ours is thrown, and asking again tries again.
  const finished = finishUpload(id, principal).then(
    () => true,
    (error: unknown) => {
      if (error instanceof TesseraError && error.isCallersFault) return true;
      throw error;
    },
  );
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, WAIT_MS);
  });
  await Promise.race([finished, late]).finally(() => clearTimeout(timer));
  return find(id, principal);
}

async function find(id: string, principal: Principal): Promise<Upload> {
  const row = await findUpload(pool(), id, principal.id);
  const upload = row && (await presentUpload(row));
  if (!upload) throw new TesseraError("not-found", "there is no such upload");
  return upload;
}
