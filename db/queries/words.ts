import type { PoolClient } from "pg";
import type { Geometry } from "#lib/core/detection/finding.ts";

type Queryable = Pick<PoolClient, "query">;

/** A finding that has a text. Box in level-0 pixels. */
export type WordRow = {
  id: string;
  x: number;
  y: number;
  width: number;
  height: number;
  geometry: Geometry | null;
  text: string;
  score: number | null;
};

/** Words of a page of a run that nobody rejected or removed, in an order that stays. */
export async function wordsOfPage(client: Queryable, runId: string, page: number): Promise<WordRow[]> {
  const { rows } = await client.query<WordRow>(
    `SELECT id, x, y, width, height, geometry, text, score FROM findings
      WHERE run_id = $1 AND page = $2 AND text IS NOT NULL AND deleted_at IS NULL AND review <> 'rejected'
      ORDER BY y, x, id`,
    [runId, page],
  );
  return rows;
}

/** Pages of a run, from `first` on, on which words stand. */
export async function pagesWithWords(client: Queryable, runId: string, first: number): Promise<number[]> {
  const { rows } = await client.query<{ page: number }>(
    `SELECT DISTINCT page FROM findings
      WHERE run_id = $1 AND page >= $2 AND text IS NOT NULL AND deleted_at IS NULL AND review <> 'rejected' ORDER BY page`,
    [runId, first],
  );
  return rows.map(({ page }) => page);
}
