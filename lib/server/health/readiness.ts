import { pool } from "#db/client.ts";
import { livingWorkerIds } from "#db/queries/workers.ts";
import { uuidv7 } from "#lib/uuid.ts";
import { blobStore } from "../storage.ts";

/** What work needs, each there or not. */
export type Readiness = { database: boolean; storage: boolean; workers: boolean };

const TIMEOUT_MS = 5000;

/** Tries everything that work needs: the database answers, the store takes a blob, a worker lives. Never throws. */
export async function checkReadiness(): Promise<Readiness> {
  const [workers, storage] = await Promise.all([within(countWorkers()), within(writeBlob())]);
  return { database: workers !== null, storage: storage !== null, workers: (workers ?? 0) > 0 };
}

async function countWorkers(): Promise<number> {
  return (await livingWorkerIds(pool())).length;
}

async function writeBlob(): Promise<true> {
  const key = `health/${uuidv7()}`;
  await blobStore().put(key, oneByte());
  await blobStore().delete(key);
  return true;
}

async function* oneByte(): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(1);
}

/** The value, or null where it fails or takes too long. */
async function within<T>(work: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, TIMEOUT_MS, null);
  });
  try {
    return await Promise.race([work, late]);
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}
