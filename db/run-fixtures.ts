import type { RunConfiguration } from "#lib/core/detection/run.ts";
import type { RunTile } from "#lib/core/tiling/plan-run.ts";
import { uuidv7 } from "#lib/uuid.ts";
import { pool } from "./client.ts";
import { insertTiles } from "./queries/tiles.ts";

/** A running run of `count` tiles of 100 px in a row, on an image of its own. */
export async function runningRun(
  count: number,
  configuration: Partial<RunConfiguration> = {},
): Promise<{ runId: string; imageId: string }> {
  const [collectionId, imageId, runId] = [uuidv7(), uuidv7(), uuidv7()];
  await pool().query("INSERT INTO collections (id, name, providers) VALUES ($1, $2, '{local}')", [
    collectionId,
    collectionId,
  ]);
  await pool().query("INSERT INTO images (id, collection_id, name, state) VALUES ($1, $2, 'strip', 'ready')", [
    imageId,
    collectionId,
  ]);
  await pool().query(
    `INSERT INTO runs (id, image_id, state, configuration, concurrency, created_by) VALUES ($1, $2, 'running', $3, 4, 'test')`,
    [runId, imageId, JSON.stringify({ version: 1, ...configuration })],
  );
  const plan = Array.from({ length: count }, (_, index): RunTile => {
    return {
      index,
      page: 0,
      x: index * 100,
      y: 0,
      width: 100,
      height: 100,
      readWidth: 100,
      readHeight: 100,
      wholePicture: false,
    };
  });
  await insertTiles(pool(), runId, plan);
  return { runId, imageId };
}
