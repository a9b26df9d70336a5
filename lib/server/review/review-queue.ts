import type { z } from "zod";
import { inTransaction, pool } from "#db/client.ts";
import { countUndecided, forgetHolds, releaseHolds, renewHolds, takeHolds } from "#db/queries/review.ts";
import type { ReviewQueue, reviewQueueRequest } from "#lib/core/api/review.ts";
import type { Principal } from "../access/principal.ts";
import { presentFinding } from "../findings/present-finding.ts";
import { requireImage } from "../images/read-image.ts";

/** Where others were faster with all that was chosen, it is chosen again this often. */
const ATTEMPTS = 3;

/**
 * Hands a reviewer's page undecided findings, in the order it asks for, and keeps those away from all other pages until they are
 * decided, given back, or not asked for any more for `HOLD_SECONDS`. Throws `not-found` for the image.
 */
export async function reviewQueue(
  imageId: string,
  request: z.output<typeof reviewQueueRequest>,
  principal: Principal,
): Promise<ReviewQueue> {
  await requireImage(imageId);
  const { run, imagePage, label, order, count, keep, skip } = request;
  const holder = `${principal.id}:${request.page}`;
  const scope = { imageId, run: run ?? undefined, page: imagePage };
  const kept = await inTransaction(async (client) => {
    if (request.release) await releaseHolds(client, holder, keep);
    return keep.length > 0 ? renewHolds(client, holder, keep) : [];
  });
  const waiting = await countUndecided(pool(), scope);
  if (count === 0) return { items: [], kept, waiting };
  const filter = { ...scope, label: label === undefined ? undefined : [label] };
  const want = { holder, order, count, without: [...keep, ...skip] };
  let rows = await takeHolds(pool(), filter, want);
  for (let attempt = 1; rows.length === 0 && waiting > keep.length && attempt < ATTEMPTS; attempt += 1) {
    rows = await takeHolds(pool(), filter, want);
  }
  await forgetHolds(pool());
  return { items: rows.map(presentFinding), kept, waiting };
}
