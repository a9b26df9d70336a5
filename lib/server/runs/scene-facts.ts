import { pool } from "#db/client.ts";
import { countTiles } from "#db/queries/tile-counts.ts";
import { pixelInMetres } from "#lib/imaging/georeference.ts";
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
    ...measuresOf(image.scale, page),
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

/** The page's area and the sides of its pixels: of a slide in mm² and µm, on the ground in m² or km² and metres. */
function measuresOf(
  scale: RunContext["image"]["scale"],
  page: { width: number; height: number },
): Pick<SceneFacts, "area" | "pixel"> {
  const metres = pixelInMetres(scale, page);
  if (!metres) return { area: null, pixel: null };
  const isSlide = scale !== null && "micronsPerPixel" in scale;
  const squareMetres = page.width * metres.width * (page.height * metres.height);
  if (isSlide) {
    const pixel = { width: metres.width * 1e6, height: metres.height * 1e6, unit: "µm" } as const;
    return { area: { value: squareMetres * 1e6, unit: "mm²" }, pixel };
  }
  const isWide = squareMetres >= 1e6;
  const area = { value: isWide ? squareMetres / 1e6 : squareMetres, unit: isWide ? "km²" : "m²" } as const;
  return { area, pixel: { ...metres, unit: "m" } };
}
