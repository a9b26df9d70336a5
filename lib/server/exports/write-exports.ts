import { pool } from "#db/client.ts";
import {
  type ExportHold,
  type ExportRow,
  letGoOfExport,
  noteExportFailed,
  noteExportProgress,
  noteExportReady,
  takeExport,
} from "#db/queries/exports.ts";
import { collectionExportQuery } from "#lib/core/api/exports.ts";
import { messageOf, TesseraError } from "#lib/core/errors.ts";
import { oneAtATime } from "#lib/one-at-a-time.ts";
import { processWide } from "#lib/process-wide.ts";
import { log } from "../log/log.ts";
import { blobStore } from "../storage.ts";
import { workerId } from "../workers/worker.ts";
import { openCollectionExport } from "./export-collection.ts";
import type { Export } from "./export-findings.ts";
import { exportBlob, KEEP_SECONDS } from "./kept-file.ts";
import { openExport } from "./open-export.ts";

const PROGRESS_MS = 500;
/** A process that dies while it writes may be the fault of what it writes. */
const MOST_ATTEMPTS = 4;

type Writer = { stop: AbortController; work: (() => Promise<void>) | null; round: Promise<void> };

function writer(): Writer {
  return processWide("export-writer", () => ({ stop: new AbortController(), work: null, round: Promise.resolve() }));
}

/** From here on this process writes exports, one at a time. */
export function startExportWriter(): void {
  const self = writer();
  self.stop = new AbortController();
  self.work = oneAtATime(async () => {
    self.round = writeWaiting(self.stop.signal);
    await self.round;
  });
  wakeExports();
}

/** Ends what is being written, for another process, or this one when it is back. */
export async function stopExportWriter(): Promise<void> {
  const self = writer();
  self.work = null;
  self.stop.abort();
  await self.round;
}

/** Looks for exports to write, where this process does that. */
export function wakeExports(): void {
  void writer().work?.();
}

/** Writes all exports that wait, one after the other. */
async function writeWaiting(signal: AbortSignal): Promise<void> {
  try {
    while (!signal.aborted) {
      const worker = workerId();
      const row = await takeExport(pool(), worker);
      if (!row) return;
      await writeOne(row, { id: row.id, worker, attempts: row.attempts }, signal);
    }
  } catch (err) {
    // The database is away, or this process is not registered just now: the next round finds the same work.
    log().warn({ err }, "a round of writing exports broke off");
  }
}

async function writeOne(row: ExportRow, hold: ExportHold, signal: AbortSignal): Promise<void> {
  if (row.attempts > MOST_ATTEMPTS) {
    await noteExportFailed(pool(), hold, `it was begun ${MOST_ATTEMPTS} times, and its process ended each time`);
    return;
  }
  let exported: Export | null = null;
  try {
    exported = await opened(row);
    const { bytes, sha256 } = await blobStore().put(exportBlob(row.id), told(exported, hold, signal), { signal });
    const { count: total, fileName, mediaType } = exported;
    const file = { total, fileName, mediaType, bytes, sha256, keepSeconds: KEEP_SECONDS };
    if (!(await noteExportReady(pool(), hold, file))) throw new NotHeld();
    log().info(
      {
        export: row.id,
        image: row.imageId,
        collection: row.collectionId,
        format: row.query.format,
        findings: total,
        bytes,
      },
      "wrote an export",
    );
  } catch (error) {
    await exported?.close();
    if (error instanceof NotHeld) return;
    if (signal.aborted) return letGoOfExport(pool(), hold);
    log().warn({ err: error, export: row.id }, "an export can't be written");
    const remedy = error instanceof TesseraError && error.remedy ? `: ${error.remedy}` : "";
    await noteExportFailed(pool(), hold, messageOf(error) + remedy);
  }
}

/** What the row asks for, opened. Throws what opening it throws. */
function opened({ imageId, collectionId, runId, query }: ExportRow): Promise<Export> {
  if (collectionId !== null) return openCollectionExport(collectionId, collectionExportQuery.parse(query));
  if (runId !== null) return openExport({ runId }, query);
  if (imageId !== null) return openExport({ imageId }, query);
  throw new Error("an export is of an image or of a collection");
}

/** The export was removed while it was written, or another process holds it. */
class NotHeld extends Error {}

/** The bytes of an export, its progress noted as they go. */
async function* told(exported: Export, hold: ExportHold, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const { count: total, losses } = exported;
  let due = 0;
  for await (const piece of exported.pieces) {
    signal.throwIfAborted();
    if (performance.now() >= due) {
      if (!(await noteExportProgress(pool(), hold, { total, losses, written: exported.written() })))
        throw new NotHeld();
      due = performance.now() + PROGRESS_MS;
    }
    yield typeof piece === "string" ? Buffer.from(piece) : piece;
  }
  await noteExportProgress(pool(), hold, { total, losses, written: total });
}
