import type { PoolClient } from "pg";
import type { FindingRow } from "#db/queries/findings.ts";
import type { TesseraEvent } from "#lib/core/detection/events.ts";
import { appendEvent } from "../events/outbox.ts";
import { liveFinding } from "./present-finding.ts";

/** An event tells so many changes. */
const LIMIT = 200;
/** More events than this for one decision are told as "read anew". */
const MOST_EVENTS = 50;

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

/** Tells viewers what one decision over many did, in the caller's transaction: what changed, and what it removed. */
export async function announceMany(
  client: PoolClient,
  rows: readonly (FindingRow & { removed: boolean })[],
): Promise<void> {
  if (rows.length > LIMIT * MOST_EVENTS) return announceChanged(client, rows);
  for (let start = 0; start < rows.length; start += LIMIT) {
    for (const [runId, group] of Map.groupBy(rows.slice(start, start + LIMIT), (row) => row.runId)) {
      const imageId = group[0]?.imageId;
      if (!imageId) continue;
      const [removed, changed] = [group.filter((row) => row.removed), group.filter((row) => !row.removed)];
      const added = changed.map(liveFinding);
      const event: TesseraEvent = { kind: "findings", added, removed: removed.map(({ id }) => id), reset: false };
      await appendEvent(client, { imageId, runId, event });
    }
  }
}

/** Tells viewers that a finding is gone, in the caller's transaction. */
export async function announceRemoved(client: PoolClient, row: FindingRow): Promise<void> {
  const event: TesseraEvent = { kind: "findings", added: [], removed: [row.id], reset: false };
  await appendEvent(client, { imageId: row.imageId, runId: row.runId, event });
}
