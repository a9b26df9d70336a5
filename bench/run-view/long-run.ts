import { randomUUID } from "node:crypto";
import type { Client } from "pg";
import { resolveConfiguration } from "#lib/core/presets/resolve.ts";

/** Width and height of a tile in pixels, without overlap. */
const TILE_PX = 8;
/** One tile in so many was refused before it was done, and one in so many failed. */
const REFUSED_EVERY = 20;
const FAILED_EVERY = 997;
const CLAIMED_TOGETHER = 64;

/** The grid that holds about so many tiles, a little wider than high. */
export function gridOf(tiles: number): { columns: number; rows: number; widthPx: number; heightPx: number } {
  const columns = Math.ceil(Math.sqrt(tiles * 1.6));
  const rows = Math.ceil(tiles / columns);
  return { columns, rows, widthPx: columns * TILE_PX, heightPx: rows * TILE_PX };
}

/**
 * Writes a run of so many tiles, all of them finished over `lifeSeconds`, with its ledger and every event of its life, as a
 * run would leave it that was paused at the very end. Returns its id.
 */
export async function insertLongRun(
  database: Client,
  imageId: string,
  { tiles, lifeSeconds }: { tiles: number; lifeSeconds: number },
): Promise<string> {
  const { columns } = gridOf(tiles);
  const id = randomUUID();
  const configuration = resolveConfiguration({ tiling: { tile: 16, overlap: 0 }, wholePicture: false }, { pages: 1 });
  await database.query(
    `INSERT INTO runs (id, image_id, state, configuration, concurrency, tiles_total, created_by, started_at, throttled)
      VALUES ($1, $2, 'paused', $3, 16, $4, 'bench', now() - make_interval(secs => $5), $4::int / $6::int)`,
    [id, imageId, JSON.stringify(configuration), tiles, lifeSeconds, REFUSED_EVERY],
  );
  await database.query(
    `INSERT INTO tiles (run_id, index, page, x, y, width, height, read_width, read_height, state, attempts, queue_ms, model_ms,
        latency_ms, input_tokens, output_tokens, cost, error)
      SELECT $1, i, 0, (i % $2) * $3, (i / $2) * $3, $3, $3, $3, $3, CASE WHEN i % $5 = 0 THEN 'failed' ELSE 'done' END,
        1 + (i % $6 = 0)::int, 20 + i % 90, 100 + (i * 7919) % 400, 130 + (i * 7919) % 400, 900, 60, 0.0004 + (i % 50) * 0.00001,
        CASE WHEN i % $5 = 0 THEN 'the model answered 400: unreadable' END
      FROM generate_series(0, $4 - 1) AS i`,
    [id, columns, TILE_PX, tiles, FAILED_EVERY, REFUSED_EVERY],
  );
  const tile = (state: string, more: string) => `jsonb_build_object('kind', 'tile', 'index', i, 'state', ${state},
    'detections', 0, 'queueMs', 20 + i % 90, 'latencyMs', 130 + (i * 7919) % 400, ${more})`;
  await database.query(
    `INSERT INTO outbox (image_id, run_id, event, created_at)
      SELECT $1, $2, event, now() - make_interval(secs => $4::float8 * (1 - at)) FROM (
        SELECT i / $3::float8 AS at, 0 AS part, jsonb_build_object('kind', 'claimed', 'indexes',
            (SELECT jsonb_agg(k) FROM generate_series(i, least(i + ${CLAIMED_TOGETHER - 1}, $3::int - 1)) AS k)) AS event
          FROM generate_series(0, $3::int - 1, ${CLAIMED_TOGETHER}) AS i
        UNION ALL
        SELECT (i + 5) / ($3::float8 + 10), 1, ${tile("'pending'", `'attempts', 1, 'throttled', true, 'error', '429', 'modelMs', NULL, 'tokens', 0, 'cost', NULL, 'retryInMs', 500`)}
          FROM generate_series(0, $3::int - 1, ${REFUSED_EVERY}) AS i
        UNION ALL
        SELECT (i + 10) / ($3::float8 + 10), 2, ${tile(
          `CASE WHEN i % ${FAILED_EVERY} = 0 THEN 'failed' ELSE 'done' END`,
          `'attempts', 1 + (i % ${REFUSED_EVERY} = 0)::int, 'throttled', false, 'modelMs', 100 + (i * 7919) % 400, 'tokens', 960, 'cost', 0.0004 + (i % 50) * 0.00001,
            'error', CASE WHEN i % ${FAILED_EVERY} = 0 THEN 'the model answered 400: unreadable' END, 'retryInMs', NULL`,
        )}
          FROM generate_series(0, $3::int - 1) AS i) AS life
      ORDER BY at, part`,
    [imageId, id, tiles, lifeSeconds],
  );
  await database.query("ANALYZE tiles; ANALYZE outbox");
  return id;
}

/** Tells of so many tiles that are claimed and done again, as a run that goes on would. */
export async function tellTiles(database: Client, run: { id: string; imageId: string }, indexes: readonly number[]) {
  await database.query(
    `INSERT INTO outbox (image_id, run_id, event)
      SELECT $1::uuid, $2::uuid, jsonb_build_object('kind', 'claimed', 'indexes', to_jsonb($3::int[]))
      UNION ALL
      SELECT $1::uuid, $2::uuid, jsonb_build_object('kind', 'tile', 'index', i, 'state', 'done', 'attempts', 2, 'latencyMs', 250, 'detections', 0,
        'throttled', false, 'error', NULL, 'queueMs', 30, 'modelMs', 200, 'tokens', 960, 'cost', 0.0005, 'retryInMs', NULL)
      FROM unnest($3::int[]) AS i`,
    [run.imageId, run.id, indexes],
  );
  await database.query("NOTIFY tessera_outbox");
}
