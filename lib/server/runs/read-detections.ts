import { pool } from "#db/client.ts";
import { readDetections } from "#db/queries/merge.ts";
import { encodeRawDetections } from "#lib/core/api/raw-detections.ts";
import { requireRun } from "./read-run.ts";

/** What the finished tiles of a run said of a page, 0-based, in the binary form of `lib/core/api/raw-detections.ts`. Throws `not-found`. */
export async function readRawDetections(runId: string, page: number): Promise<Uint8Array<ArrayBuffer>> {
  await requireRun(runId);
  const detections = await readDetections(pool(), runId, page);
  return encodeRawDetections(detections.map(({ box, score, label, member: [tile] }) => ({ box, score, label, tile })));
}
