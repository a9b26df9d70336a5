import { pool } from "#db/client.ts";
import { countTiles } from "#db/queries/tile-counts.ts";
import type { SceneFacts } from "#lib/models/types.ts";
import type { RunContext } from "./run-context.ts";

/** At most this many findings, best first, go to a synthesis model one by one; counts cover all. */
const SAMPLE = 2000;
const FAILED_TILES_NAMED = 100;

/** Everything a scene may say, taken from the database. Rejected findings are left out. */
export async function sceneFacts({ run, image }: RunContext): Promise<SceneFacts> {
  const kept = "run_id = $1 AND review <> 'rejected' AND deleted_at IS NULL";
  const counted = await pool().query<{ label: string; count: number; score: number }>(
    `SELECT label, count(*)::int AS count, coalesce(avg(score), 0)::float8 AS score FROM findings WHERE ${kept}
      GROUP BY label ORDER BY count(*) DESC, label`,
    [run.id],
  );
  type Row = { id: string; label: string; score: number | null; x: number; y: number; width: number; height: number };
  const sample = await pool().query<Row>(
    `SELECT id, label, score, x, y, width, height FROM findings WHERE ${kept}
      ORDER BY score DESC NULLS LAST, label, y, x, id LIMIT ${SAMPLE}`,
    [run.id],
  );
  const failed = await pool().query<{ index: number }>(
    `SELECT index FROM tiles WHERE run_id = $1 AND state = 'failed' ORDER BY index LIMIT ${FAILED_TILES_NAMED}`,
    [run.id],
  );
  const tiles = await countTiles(pool(), run.id);
  const page = image.pages[run.configuration.pages[0] ?? 0] ?? { width: 0, height: 0 };
  return {
    imageName: image.name,
    width: page.width,
    height: page.height,
    area: areaOf(image.scale, page),
    tiles: {
      total: run.tilesTotal ?? 0,
      done: tiles.done,
      failed: tiles.failed,
      failedIndexes: failed.rows.map((row) => row.index),
    },
    findings: sample.rows.map((row) => ({
      id: row.id,
      label: row.label,
      score: row.score ?? 0,
      box: [row.x, row.y, row.width, row.height],
    })),
    counts: counted.rows.map((row) => ({ label: row.label, count: row.count, meanScore: row.score })),
  };
}

/** The page's area in square millimetres for slides; unknown on the ground here, as a CRS need not be in metres. */
function areaOf(scale: RunContext["image"]["scale"], page: { width: number; height: number }): SceneFacts["area"] {
  if (!scale || !("micronsPerPixel" in scale)) return null;
  const millimetres = scale.micronsPerPixel / 1000;
  return { value: page.width * millimetres * (page.height * millimetres), unit: "mm²" };
}
