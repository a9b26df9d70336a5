import type { PoolClient } from "pg";

/** A finding that a person vouches for, or says is wrong. */
export type MarkedRow = {
  label: string;
  isExample: boolean;
  page: number;
  x: number;
  y: number;
  width: number;
  height: number;
};

/** What is drawn or accepted on an image is an example of its label; what is rejected is one of what the label is not. */
const MARKED = `deleted_at IS NULL AND image_id = $1 AND (source = 'person' OR review <> 'unreviewed') AND width >= 2 AND height >= 2`;

/** The findings of a label that people marked on an image, whatever its case, the latest first. */
export async function markedFindings(
  client: Pick<PoolClient, "query">,
  imageId: string,
  label: string,
  limit: number,
): Promise<MarkedRow[]> {
  const { rows } = await client.query<MarkedRow>(
    `SELECT label, review <> 'rejected' AS "isExample", page, x, y, width, height FROM findings
      WHERE ${MARKED} AND lower(label) = lower($2) ORDER BY updated_at DESC, id DESC LIMIT $3`,
    [imageId, label, limit],
  );
  return rows;
}

/** How many findings people marked on an image, by label. */
export async function countMarked(
  client: Pick<PoolClient, "query">,
  imageId: string,
): Promise<{ label: string; positives: number; negatives: number }[]> {
  const { rows } = await client.query<{ label: string; positives: number; negatives: number }>(
    `SELECT min(label) AS label, count(*) FILTER (WHERE review <> 'rejected')::int AS positives,
        count(*) FILTER (WHERE review = 'rejected')::int AS negatives
      FROM findings WHERE ${MARKED} GROUP BY lower(label) ORDER BY 2 DESC, 1`,
    [imageId],
  );
  return rows;
}
