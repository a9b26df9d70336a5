import type { PoolClient } from "pg";
import type { ReportFacts } from "#lib/core/report/report-facts.ts";

type Queryable = Pick<PoolClient, "query">;

/** Places of tiles that are done, or were skipped for one of some reasons; the whole picture's tile is none of them. */
export async function seenTiles(
  client: Queryable,
  runId: string,
  reasons: readonly string[],
): Promise<{ page: number; x: number; y: number; width: number; height: number }[]> {
  const { rows } = await client.query(
    `SELECT page, x, y, width, height FROM tiles
      WHERE run_id = $1 AND NOT whole_picture AND (state = 'done' OR state = 'skipped' AND error = ANY($2))`,
    [runId, reasons],
  );
  return rows;
}

/** Which models read how many tiles of a run. */
export async function modelsOfTiles(client: Queryable, runId: string): Promise<{ model: string; tiles: number }[]> {
  const { rows } = await client.query<{ model: string; tiles: number }>(
    `SELECT model, count(*)::int AS tiles FROM tiles WHERE run_id = $1 AND state = 'done' AND model IS NOT NULL
      GROUP BY 1 ORDER BY 2 DESC, 1`,
    [runId],
  );
  return rows;
}

type Missing = ReportFacts["tiles"]["missing"][number];

/** Tiles that were given up, or skipped for other reasons than those that are `meant`, with their places; and how many there are. */
export async function tilesWithout(
  client: Queryable,
  runId: string,
  { meant, most }: { meant: readonly string[]; most: number },
): Promise<{ missing: Missing[]; count: number }> {
  type Row = Omit<Missing, "box"> & { x: number; y: number; width: number; height: number; all: number };
  const { rows } = await client.query<Row>(
    `SELECT index, page, x, y, width, height, state, attempts, error, count(*) OVER ()::int AS all FROM tiles
      WHERE run_id = $1 AND (state = 'failed' OR state = 'skipped' AND coalesce(error <> ALL($2), true)) ORDER BY index LIMIT $3`,
    [runId, meant, most],
  );
  const missing = rows.map(({ x, y, width, height, all: _all, ...tile }): Missing => {
    return { ...tile, box: [x, y, width, height] };
  });
  return { missing, count: rows[0]?.all ?? 0 };
}
