import { randomUUID } from "node:crypto";
import type { Client } from "pg";
import { resolveConfiguration } from "#lib/core/presets/resolve.ts";

/** Findings lie in groups of so many, as the tiles of a run leave them. */
const PER_TILE = 64;
const LABELS = ["tumor", "stroma", "immune cell", "necrosis", "mitosis"];

/**
 * Writes a finished run with so many findings, spread over the picture and written tile by tile as a run does, a third of them with an
 * outline. Returns its id.
 */
export async function insertFindings(
  database: Client,
  image: { id: string; width: number; height: number },
  count: number,
): Promise<string> {
  const runId = randomUUID();
  const configuration = resolveConfiguration({ tiling: { tile: 512, overlap: 0 }, wholePicture: false }, { pages: 1 });
  await database.query(
    `INSERT INTO runs (id, image_id, state, configuration, concurrency, tiles_total, created_by, started_at)
      VALUES ($1, $2, 'completed', $3, 4, 0, 'bench', now())`,
    [runId, image.id, JSON.stringify(configuration)],
  );
  if (count === 0) return runId;
  const columns = Math.ceil(Math.sqrt((count / PER_TILE) * (image.width / image.height)));
  const rows = Math.ceil(count / PER_TILE / columns);
  await database.query(
    `INSERT INTO findings (id, image_id, run_id, page, x, y, width, height, geometry, label, model_label, score, source, review)
      SELECT gen_random_uuid(), $1, $2, 0, x, y, w, h,
          CASE WHEN n % 3 = 0 THEN jsonb_build_object('type', 'Polygon', 'coordinates', jsonb_build_array(jsonb_build_array(
            jsonb_build_array(x, y + h / 2), jsonb_build_array(x + w / 4, y), jsonb_build_array(x + w * 3 / 4, y),
            jsonb_build_array(x + w, y + h / 2), jsonb_build_array(x + w * 3 / 4, y + h), jsonb_build_array(x + w / 4, y + h),
            jsonb_build_array(x, y + h / 2)))) END,
          label, label, 0.05 + 0.95 * (n * 7919 % 997) / 997.0, 'model', CASE WHEN n % 50 = 0 THEN 'accepted' ELSE 'unreviewed' END
        FROM (SELECT n, ($3::text[])[1 + least(4, n % 7 % 5)] AS label, 9.0 + n * 31 % 13 AS w, 9.0 + n * 17 % 11 AS h,
            (n / ${PER_TILE} % $4::bigint + (n * 2654435761 % 4294967296) / 4294967296.0) * ($6::float8 - 24) / $4::bigint AS x,
            (n / ${PER_TILE} / $4::bigint + (n * 40503 * 69069 % 65536) / 65536.0) * ($7::float8 - 24) / $5::bigint AS y
          FROM generate_series(0, $8::bigint - 1) n) AS places`,
    [image.id, runId, LABELS, columns, rows, image.width, image.height, count],
  );
  await database.query("ANALYZE findings");
  return runId;
}

/** A finding to write as a model's: a square of level-0 pixels. `page` is 0-based, the first where absent. */
export type Square = { x: number; y: number; side: number; label: string; score: number; page?: number };

/** Writes a finished run that found just these. Returns its id. */
export async function insertRun(database: Client, imageId: string, squares: readonly Square[]): Promise<string> {
  const runId = randomUUID();
  const configuration = resolveConfiguration({ preset: "general", minScore: 0.3 }, { pages: 1 });
  await database.query(
    `INSERT INTO runs (id, image_id, state, configuration, concurrency, tiles_total, created_by, started_at)
      VALUES ($1, $2, 'completed', $3, 4, 0, 'test', now())`,
    [runId, imageId, JSON.stringify(configuration)],
  );
  await database.query(
    `INSERT INTO findings (id, image_id, run_id, page, x, y, width, height, label, model_label, score, source)
      SELECT gen_random_uuid(), $1, $2, coalesce(page, 0), x, y, side, side, label, label, score, 'model'
        FROM jsonb_to_recordset($3) AS r(page int, x float8, y float8, side float8, label text, score real)`,
    [imageId, runId, JSON.stringify(squares)],
  );
  return runId;
}
