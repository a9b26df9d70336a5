import type { PoolClient } from "pg";
import type { TileState } from "#lib/core/detection/run.ts";
import type { RunTile } from "#lib/core/tiling/plan-run.ts";

type Queryable = Pick<PoolClient, "query">;

/** Places and priorities of the tiles that wait for their first look; those for the stronger model keep their order, worst first. */
export async function pendingTiles(
  client: Queryable,
  runId: string,
): Promise<{ index: number; page: number; x: number; y: number; width: number; height: number; priority: number }[]> {
  const { rows } = await client.query(
    "SELECT index, page, x, y, width, height, priority FROM tiles WHERE run_id = $1 AND state = 'pending' AND escalated IS NULL",
    [runId],
  );
  return rows;
}

/** Places and states of all tiles of a run. */
export async function placesOfTiles(
  client: Queryable,
  runId: string,
): Promise<
  (Pick<RunTile, "index" | "page" | "x" | "y" | "width" | "height" | "wholePicture"> & { state: TileState })[]
> {
  const { rows } = await client.query(
    `SELECT index, state, page, x, y, width, height, whole_picture AS "wholePicture" FROM tiles WHERE run_id = $1 ORDER BY index`,
    [runId],
  );
  return rows;
}

/** Changes the priority of tiles that still wait. */
export async function orderTiles(
  client: Queryable,
  runId: string,
  order: readonly { index: number; priority: number }[],
): Promise<void> {
  if (order.length === 0) return;
  await client.query(
    `UPDATE tiles SET priority = wish.priority FROM unnest($2::int[], $3::int[]) AS wish(index, priority)
      WHERE tiles.run_id = $1 AND tiles.index = wish.index AND tiles.state = 'pending'`,
    [runId, order.map((tile) => tile.index), order.map((tile) => tile.priority)],
  );
}
