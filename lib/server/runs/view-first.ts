import { pool } from "#db/client.ts";
import { orderTiles, pendingTiles } from "#db/queries/tile-places.ts";
import type { Viewport } from "#lib/core/api/runs.ts";
import { END_STATES } from "#lib/core/detection/run.ts";
import { FARTHEST_RING, viewRing } from "#lib/core/tiling/priority.ts";
import { requireRun } from "./read-run.ts";

/**
 * Puts the tiles that someone is looking at first, those around them next. Only the order changes, never the result. Where several
 * look, the last one to move decides. Throws `not-found`.
 */
export async function putViewFirst(runId: string, view: Viewport): Promise<void> {
  const run = await requireRun(runId);
  if (END_STATES.includes(run.state)) return;
  const changed = (await pendingTiles(pool(), runId)).flatMap((tile) => {
    const ring = tile.page === view.page ? viewRing(tile, view) : FARTHEST_RING;
    return ring === tile.priority ? [] : [{ index: tile.index, priority: ring }];
  });
  await orderTiles(pool(), runId, changed);
}
