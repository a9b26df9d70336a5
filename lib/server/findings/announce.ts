import type { PoolClient } from "pg";
import type { FindingRow } from "#db/queries/findings.ts";
import type { TesseraEvent } from "#lib/core/detection/events.ts";
import { appendEvent } from "../events/outbox.ts";
import { liveFinding } from "./present-finding.ts";

/** More changes than this are told as "read anew". */
const LIMIT = 200;

/** Tells viewers that findings of one image were made or changed, in the caller's transaction. One event for each run. */
export async function announceChanged(client: PoolClient, rows: readonly FindingRow[]): Promise<void> {
  for (const [runId, group] of Map.groupBy(rows, (row) => row.runId)) {
    const imageId = group[0]?.imageId;
    if (!imageId) continue;
    const reset = group.length > LIMIT;
    const event: TesseraEvent = { kind: "findings", added: reset ? [] : group.map(liveFinding), removed: [], reset };
    await appendEvent(client, { imageId, runId, event });
  }
}

/** Tells viewers that a finding is gone, in the caller's transaction. */
export async function announceRemoved(client: PoolClient, row: FindingRow): Promise<void> {
  const event: TesseraEvent = { kind: "findings", added: [], removed: [row.id], reset: false };
  await appendEvent(client, { imageId: row.imageId, runId: row.runId, event });
}
