import type { PoolClient } from "pg";
import type { TileFinding } from "#lib/core/api/finding-tile.ts";
import type { Geometry } from "#lib/core/detection/finding.ts";
import { type FindingConditions, whereFindings } from "./findings-filter.ts";

type Queryable = Pick<PoolClient, "query">;

/** Bytes of a packed finding. */
export const PACKED_BYTES = 44;

/**
 * Findings of one label, packed by the database: of each, big-endian, x, y, width, height and score (float4, NaN without one), version,
 * review × 256 + flags (int4), and the id. A row an object would take ten times as long.
 */
export type PackedFindings = { label: string; count: number; records: Buffer };

const PACKED = `float4send(x::real) || float4send(y::real) || float4send(width::real) || float4send(height::real)
  || float4send(coalesce(score, 'NaN')) || int4send(version)
  || int4send(CASE review WHEN 'accepted' THEN 256 WHEN 'rejected' THEN 512 ELSE 0 END + provisional::int
    + CASE WHEN shaped THEN 2 ELSE 0 END + CASE source WHEN 'person' THEN 4 WHEN 'import' THEN 8 ELSE 0 END
    + CASE WHEN locked THEN 16 ELSE 0 END)
  || uuid_send(id)`;

/** The findings of a filter, by label; null where there are more than `limit`. `outlinedFrom`: only those with a shape at least so large. */
export async function packFindings(
  client: Queryable,
  filter: FindingConditions,
  limit: number,
  outlinedFrom: number | null,
): Promise<PackedFindings[] | null> {
  const { where, values } = whereFindings(filter);
  const most = `$${values.length + 1}::int`;
  const outlined =
    outlinedFrom === null
      ? ""
      : `AND f.geometry IS NOT NULL AND greatest(f.width, f.height) >= $${values.length + 2}::float8`;
  const { rows } = await client.query<{ label: string | null; count: number; records: Buffer }>(
    `WITH chosen AS MATERIALIZED (
        SELECT f.id, f.x, f.y, f.width, f.height, f.score, f.label, f.review, f.version, f.provisional, f.source, f.locked,
            f.geometry IS NOT NULL AS shaped
          FROM findings f WHERE ${where} ${outlined} LIMIT ${most} + 1),
      counted AS (SELECT count(*) AS all FROM chosen)
      SELECT label, count(*)::int AS count, string_agg(${PACKED}, ''::bytea) AS records
        FROM chosen WHERE (SELECT counted.all FROM counted) <= ${most} GROUP BY label
      UNION ALL SELECT NULL, counted.all::int, NULL FROM counted WHERE counted.all > ${most}`,
    [...values, limit, ...(outlinedFrom === null ? [] : [outlinedFrom])],
  );
  const packed = rows.flatMap(({ label, count, records }) => (label === null ? [] : [{ label, count, records }]));
  return packed.length === rows.length ? packed : null;
}

/** How many findings of one label have their middle in which cell: of each cell, big-endian, its number and the count (int4). */
export type PackedCells = { label: string; entries: number; total: number; records: Buffer };

/** Counts the findings of a filter by label and cell of a square that is cut into `cells` × `cells`. */
export async function countByCell(
  client: Queryable,
  filter: FindingConditions,
  square: { x: number; y: number; side: number },
  cells: number,
): Promise<PackedCells[]> {
  const { where, values } = whereFindings(filter);
  const [x, y, side, most] = [1, 2, 3, 4].map((offset) => `$${values.length + offset}`);
  const cellOf = (place: string, extent: string, from: string | undefined): string =>
    `least(${most}::int - 1, greatest(0, floor((f.${place} + f.${extent} / 2 - ${from}::float8) / ${side}::float8 * ${most}::int)))::int`;
  const { rows } = await client.query<PackedCells>(
    `SELECT label, count(*)::int AS entries, sum(count)::int AS total, string_agg(int4send(cell) || int4send(count), ''::bytea) AS records
      FROM (SELECT f.label, ${cellOf("y", "height", y)} * ${most}::int + ${cellOf("x", "width", x)} AS cell, count(*)::int AS count
        FROM findings f WHERE ${where} GROUP BY 1, 2) AS counted GROUP BY label`,
    [...values, square.x, square.y, square.side, cells],
  );
  return rows;
}

/** The shapes of these findings. */
export async function outlinesOf(
  client: Queryable,
  ids: readonly string[],
): Promise<{ id: string; geometry: Geometry }[]> {
  const { rows } = await client.query<{ id: string; geometry: Geometry }>(
    `SELECT f.id, f.geometry FROM findings f
      WHERE f.id = ANY($1::uuid[]) AND f.geometry IS NOT NULL`,
    [ids],
  );
  return rows;
}

/** A finding as a thinned viewer tile needs it. */
export type TileFindingRow = Omit<TileFinding, "flags"> & {
  provisional: boolean;
  source: string;
  shaped: boolean;
  locked: boolean;
};

/** The findings of a rectangle, what people drew and the highest scores first, at most `limit`; and how many there are. */
export async function findingsOfTile(
  client: Queryable,
  filter: FindingConditions,
  limit: number,
): Promise<{ rows: TileFindingRow[]; total: number }> {
  const { where, values } = whereFindings(filter);
  const { rows } = await client.query<TileFindingRow>(
    `SELECT f.id, f.x, f.y, f.width, f.height, f.score, f.label, f.review, f.version, f.provisional, f.source, f.locked,
        f.geometry IS NOT NULL AS shaped
      FROM findings f WHERE ${where} ORDER BY f.score DESC NULLS FIRST, f.id LIMIT $${values.length + 1}`,
    [...values, limit],
  );
  if (rows.length < limit) return { rows, total: rows.length };
  const counted = await client.query<{ total: number }>(
    `SELECT count(*)::int AS total FROM findings f WHERE ${where}`,
    values,
  );
  return { rows, total: counted.rows[0]?.total ?? rows.length };
}
