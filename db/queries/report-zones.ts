import type { PoolClient } from "pg";
import type { Finding, Geometry } from "#lib/core/detection/finding.ts";
import type { Position } from "#lib/core/geometry/shape.ts";
import { type FindingConditions, whereFindings } from "./findings-filter.ts";

type Queryable = Pick<PoolClient, "query">;

/** An area of an image that a person drew or an import brought. Box in level-0 pixels of its page. */
export type ZoneRow = {
  id: string;
  label: string;
  page: number;
  source: Exclude<Finding["source"], "model">;
  x: number;
  y: number;
  width: number;
  height: number;
  geometry: Geometry | null;
};

/**
 * Drawn and imported areas on some pages of an image whose label is none of `labels` and whose longer side is at least `leastSide`, the
 * largest first; and how many there are.
 */
export async function zonesOf(
  client: Queryable,
  imageId: string,
  {
    pages,
    labels,
    leastSide,
    most,
  }: { pages: readonly number[]; labels: readonly string[]; leastSide: number; most: number },
): Promise<{ zones: ZoneRow[]; count: number }> {
  const { rows } = await client.query<ZoneRow & { all: number }>(
    `SELECT id, label, page, source, x, y, width, height, geometry, count(*) OVER ()::int AS all FROM findings
      WHERE image_id = $1 AND deleted_at IS NULL AND source <> 'model' AND review <> 'rejected' AND page = ANY($2::int[])
        AND label <> ALL($3::text[]) AND greatest(width, height) >= $4
        AND (geometry IS NULL OR geometry->>'type' IN ('Polygon', 'MultiPolygon'))
      ORDER BY width * height DESC, id LIMIT $5`,
    [imageId, pages, labels, leastSide, most],
  );
  return { zones: rows.map(({ all: _all, ...zone }) => zone), count: rows[0]?.all ?? 0 };
}

/** How many findings of a filter, by label, have their middle within rings by the even-odd rule; most frequent first. */
export async function countWithin(
  client: Queryable,
  filter: FindingConditions,
  rings: readonly (readonly Position[])[],
): Promise<{ label: string; count: number }[]> {
  const { where, values } = whereFindings(filter);
  const { rows } = await client.query<{ label: string; count: number }>(
    `SELECT f.label COLLATE "C" AS label, count(*)::int AS count FROM findings f
      WHERE ${where} AND (SELECT count(*) FROM unnest($${values.length + 1}::text[]) AS ring
        WHERE ring::polygon @> point(f.x + f.width / 2, f.y + f.height / 2)) % 2 = 1
      GROUP BY 1 ORDER BY 2 DESC, 1`,
    [...values, rings.map((ring) => `(${ring.map(([x, y]) => `(${x},${y})`).join(",")})`)],
  );
  return rows;
}
