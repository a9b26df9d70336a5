import type { PoolClient } from "pg";
import { pool } from "#db/client.ts";
import type { TesseraEvent } from "#lib/core/detection/events.ts";
import { processWide } from "#lib/process-wide.ts";

/** The channel on which processes tell each other that the outbox has grown. */
export const OUTBOX_CHANNEL = "tessera_outbox";

/** Notifications are gathered for this long: NOTIFY takes a lock that serialises commits, so it is rare and apart. */
const WAKE_DELAY_MS = 15;

export type NewEvent = { imageId: string; runId: string | null; event: TesseraEvent };

/** Writes an event in the caller's transaction. Call `wake()` once that transaction has committed. */
export async function appendEvent(client: Pick<PoolClient, "query">, event: NewEvent): Promise<void> {
  await client.query("INSERT INTO outbox (image_id, run_id, event) VALUES ($1, $2, $3)", [
    event.imageId,
    event.runId,
    JSON.stringify(event.event),
  ]);
}

/** Tells every process that there is something to read. Batched; never throws: a missed wake only delays readers. */
export function wake(): void {
  const pending = processWide<{ timer: NodeJS.Timeout | null }>("outbox-wake", () => ({ timer: null }));
  if (pending.timer) return;
  pending.timer = setTimeout(() => {
    pending.timer = null;
    pool()
      .query(`NOTIFY ${OUTBOX_CHANNEL}`)
      .catch(() => undefined);
  }, WAKE_DELAY_MS);
}
