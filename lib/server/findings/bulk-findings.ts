import { inTransaction } from "#db/client.ts";
import { audit } from "#db/queries/audit.ts";
import { countWrites } from "#db/queries/findings.ts";
import { decideInBulk, undoBulk } from "#db/queries/findings-bulk.ts";
import { roleAllows } from "#lib/core/access/role.ts";
import type { BulkRequest } from "#lib/core/api/findings.ts";
import { uuidv7 } from "#lib/uuid.ts";
import type { Principal } from "../access/principal.ts";
import { wake } from "../events/outbox.ts";
import { requireImage } from "../images/read-image.ts";
import { announceMany } from "./announce.ts";

/**
 * Makes one decision over all findings of a filter. `undo` names it, for taking it back. What somebody else drew is removed by operators
 * alone. Throws `not-found` for the image.
 */
export async function decideOnMany(
  request: BulkRequest,
  { actor, role }: Pick<Principal, "actor" | "role">,
): Promise<{ count: number; undo: string }> {
  await requireImage(request.imageId);
  const undo = request.undo ?? uuidv7();
  const { review = null, label = null, remove = false } = request.change;
  const removes = !remove ? "nothing" : roleAllows(role, "operator") ? "all" : "own";
  const count = await inTransaction(async (client) => {
    // Sent again because its answer was lost: what it did is answered, and nothing is done.
    const made = request.undo ? await countWrites(client, undo, actor) : 0;
    if (made > 0) return made;
    const filter = { ...request.filter, imageId: request.imageId };
    const rows = await decideInBulk(client, filter, { review, label, removes }, { actor, bulk: undo });
    const details = { ...request, count: rows.length, undo };
    await audit(client, { actor, action: "bulk-decision", subject: `image:${request.imageId}`, details });
    await announceMany(client, rows);
    return rows.length;
  });
  wake();
  return { count, undo };
}

/**
 * Takes one's own bulk decision back, from all findings that nobody changed since; returns from how many. `name` is what the taking back is
 * itself taken back by, so that the decision stands again.
 */
export async function undoDecision(
  undo: string,
  actor: string,
  name?: string,
): Promise<{ count: number; undo: string }> {
  const as = name ?? uuidv7();
  const count = await inTransaction(async (client) => {
    // Sent again because its answer was lost.
    const made = name ? await countWrites(client, name, actor) : 0;
    if (made > 0) return made;
    const rows = await undoBulk(client, undo, { actor, name: as });
    await announceMany(client, rows);
    return rows.length;
  });
  wake();
  return { count, undo: as };
}
