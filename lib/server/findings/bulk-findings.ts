import { inTransaction } from "#db/client.ts";
import { audit } from "#db/queries/audit.ts";
import { countWrites } from "#db/queries/findings.ts";
import { decideInBulk, undoBulk } from "#db/queries/findings-bulk.ts";
import type { BulkRequest } from "#lib/core/api/findings.ts";
import { uuidv7 } from "#lib/uuid.ts";
import { wake } from "../events/outbox.ts";
import { requireImage } from "../images/read-image.ts";
import { announceChanged } from "./announce.ts";

/** Makes one decision over all findings of a filter. `undo` names it, for taking it back. Throws `not-found` for the image. */
export async function decideOnMany(request: BulkRequest, actor: string): Promise<{ count: number; undo: string }> {
  await requireImage(request.imageId);
  const undo = request.undo ?? uuidv7();
  const change = { review: request.change.review ?? null, label: request.change.label ?? null };
  const count = await inTransaction(async (client) => {
    // Sent again because its answer was lost: what it did is answered, and nothing is done.
    const made = request.undo ? await countWrites(client, undo, actor) : 0;
    if (made > 0) return made;
    const rows = await decideInBulk(client, { ...request.filter, imageId: request.imageId }, change, {
      actor,
      bulk: undo,
    });
    const details = { ...request, count: rows.length, undo };
    await audit(client, { actor, action: "bulk-decision", subject: `image:${request.imageId}`, details });
    await announceChanged(client, rows);
    return rows.length;
  });
  wake();
  return { count, undo };
}

/** Takes one's own bulk decision back, from all findings that nobody changed since; returns from how many. */
export async function undoDecision(undo: string, actor: string): Promise<{ count: number }> {
  const count = await inTransaction(async (client) => {
    const rows = await undoBulk(client, undo, actor);
    await announceChanged(client, rows);
    return rows.length;
  });
  wake();
  return { count };
}
