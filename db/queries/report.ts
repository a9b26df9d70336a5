import type { PoolClient } from "pg";
import type { ReviewState } from "#lib/core/detection/finding.ts";
import type { ClassFacts, CropChoice, ReportedFinding, Reviewer } from "#lib/core/report/report-facts.ts";
import { type FindingConditions, whereFindings } from "./findings-filter.ts";

type Queryable = Pick<PoolClient, "query">;

/** The longer side of a finding's box. */
const SIDE = "greatest(f.width, f.height)";
const KEPT = "f.review <> 'rejected'";

/** Counts, decisions, certainty and sizes of each class, most frequent first. */
export async function reportClasses(client: Queryable, filter: FindingConditions): Promise<ClassFacts[]> {
  const { where, values } = whereFindings(filter);
  type Row = Omit<ClassFacts, "sidePx"> & { sides: number[] | null };
  const { rows } = await client.query<Row>(
    `SELECT f.label COLLATE "C" AS label, count(*) FILTER (WHERE ${KEPT})::int AS count,
        (avg(f.score) FILTER (WHERE ${KEPT}))::float8 AS "meanScore",
        count(*) FILTER (WHERE f.review = 'accepted')::int AS accepted, count(*) FILTER (WHERE f.review = 'rejected')::int AS rejected,
        count(*) FILTER (WHERE f.review = 'unreviewed')::int AS unreviewed,
        percentile_cont(ARRAY[0.1, 0.5, 0.9]) WITHIN GROUP (ORDER BY ${SIDE}) FILTER (WHERE ${KEPT}) AS sides
      FROM findings f WHERE ${where} GROUP BY 1 ORDER BY 2 DESC, 1`,
    values,
  );
  return rows.map(({ sides, ...counts }) => {
    const [p10, p50, p90] = sides ?? [];
    const known = p10 !== undefined && p50 !== undefined && p90 !== undefined;
    return { ...counts, sidePx: known ? { p10, p50, p90 } : null };
  });
}

/** The shortest longer side, the one that 99 of 100 do not pass, and how many findings there are; null where there are none. */
export async function reportSideRange(
  client: Queryable,
  filter: FindingConditions,
): Promise<{ low: number; high: number } | null> {
  const { where, values } = whereFindings(filter);
  const { rows } = await client.query<{ low: number | null; high: number | null }>(
    `SELECT min(${SIDE}) AS low, percentile_disc(0.99) WITHIN GROUP (ORDER BY ${SIDE}) AS high FROM findings f WHERE ${where}`,
    values,
  );
  const { low = null, high = null } = rows[0] ?? {};
  return low === null || high === null ? null : { low, high };
}

/** How many findings of each class lie in which bin: 0 below the first edge, `edges.length` from the last on. */
export async function reportBins(
  client: Queryable,
  filter: FindingConditions,
  { of, edges }: { of: "side" | "score"; edges: readonly number[] },
): Promise<{ label: string; bin: number; count: number }[]> {
  const { where, values } = whereFindings(filter);
  const value = of === "side" ? SIDE : "f.score";
  const { rows } = await client.query<{ label: string; bin: number; count: number }>(
    `SELECT f.label COLLATE "C" AS label, width_bucket(${value}::float8, $${values.length + 1}::float8[]) AS bin, count(*)::int AS count
      FROM findings f WHERE ${where} AND ${value} IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2`,
    [...values, edges],
  );
  return rows;
}

/** How many findings each page has, in order of page. */
export async function reportPages(
  client: Queryable,
  filter: FindingConditions,
): Promise<{ page: number; count: number }[]> {
  const { where, values } = whereFindings(filter);
  const { rows } = await client.query<{ page: number; count: number }>(
    `SELECT f.page, count(*)::int AS count FROM findings f WHERE ${where} GROUP BY 1 ORDER BY 1`,
    values,
  );
  return rows;
}

/** Boxes of findings, in order of label and place. */
export async function reportBoxes(
  client: Queryable,
  filter: FindingConditions,
): Promise<{ x: number; y: number; width: number; height: number; label: string }[]> {
  const { where, values } = whereFindings(filter);
  const { rows } = await client.query(
    `SELECT f.x, f.y, f.width, f.height, f.label FROM findings f WHERE ${where} ORDER BY f.label COLLATE "C", f.y, f.x, f.id`,
    values,
  );
  return rows;
}

/** How many findings have their middle in each cell of a grid that begins at `left` and `top`; cells without any are left out. */
export async function reportCells(
  client: Queryable,
  filter: FindingConditions,
  { side, left, top }: { side: number; left: number; top: number },
): Promise<{ column: number; row: number; count: number }[]> {
  const { where, values } = whereFindings(filter);
  const [each, from, down] = [1, 2, 3].map((more) => `$${values.length + more}::float8`);
  const cell = (middle: string): string => `greatest(0, floor((${middle}) / ${each}))::int`;
  const { rows } = await client.query<{ column: number; row: number; count: number }>(
    `SELECT ${cell(`f.x + f.width / 2 - ${from}`)} AS "column", ${cell(`f.y + f.height / 2 - ${down}`)} AS "row", count(*)::int AS count
      FROM findings f WHERE ${where} GROUP BY 1, 2 ORDER BY 2, 1`,
    [...values, side, left, top],
  );
  return rows;
}

const ORDERS: Record<CropChoice, string> = {
  top: "f.score DESC NULLS LAST, f.id",
  accepted: "f.score DESC NULLS LAST, f.id",
  // As good as drawn by lot, and the same each time.
  sample: "md5(f.id::text)",
};

/** The findings that a report shows one by one. */
export async function reportedFindings(
  client: Queryable,
  filter: FindingConditions,
  { choice, most }: { choice: CropChoice; most: number },
): Promise<ReportedFinding[]> {
  const { where, values } = whereFindings({ ...filter, ...(choice === "accepted" ? { review: "accepted" } : {}) });
  type Row = Omit<ReportedFinding, "box"> & {
    x: number;
    y: number;
    width: number;
    height: number;
    review: ReviewState;
  };
  const { rows } = await client.query<Row>(
    `SELECT f.id, f.page, f.x, f.y, f.width, f.height, f.label, f.score, f.review, f.text FROM findings f
      WHERE ${where} ORDER BY ${ORDERS[choice]} LIMIT $${values.length + 1}`,
    [...values, most],
  );
  return rows.map(({ x, y, width, height, ...finding }) => ({ ...finding, box: [x, y, width, height] }));
}

/** Who decided, changed or commented findings of a run, most decisions first. What models and merges did is not theirs. */
export async function reportReviewers(client: Queryable, runId: string): Promise<Reviewer[]> {
  type Row = Omit<Reviewer, "first" | "last"> & { first: Date; last: Date };
  const { rows } = await client.query<Row>(
    `WITH own AS (SELECT id FROM findings WHERE run_id = $1),
      did AS (
        SELECT actor, created_at, (after->>'review' <> before->>'review')::int AS decided, (after->>'label' <> before->>'label')::int AS relabelled,
            (before IS NOT NULL AND after IS NOT NULL
              AND (after->'box' IS DISTINCT FROM before->'box' OR after->'geometry' IS DISTINCT FROM before->'geometry'))::int AS reshaped, 0 AS commented
          FROM finding_events e JOIN own ON own.id = e.finding_id WHERE actor <> 'merge'
        UNION ALL
        SELECT actor, created_at, 0, 0, 0, 1 FROM comments c JOIN own ON own.id = c.finding_id)
      SELECT actor, coalesce(sum(decided), 0)::int AS decided, coalesce(sum(relabelled), 0)::int AS relabelled,
          coalesce(sum(reshaped), 0)::int AS reshaped, sum(commented)::int AS commented, min(created_at) AS first, max(created_at) AS last
        FROM did GROUP BY actor ORDER BY 2 DESC, 1`,
    [runId],
  );
  return rows.map(({ first, last, ...row }) => ({ ...row, first: first.toISOString(), last: last.toISOString() }));
}

/** When findings of a run were changed, or its tiles ended, last. */
export async function reportedUntil(client: Queryable, runId: string): Promise<Date | null> {
  const { rows } = await client.query<{ last: Date | null }>(
    `SELECT greatest((SELECT max(updated_at) FROM findings WHERE run_id = $1), (SELECT max(finished_at) FROM tiles WHERE run_id = $1),
        (SELECT max(c.created_at) FROM comments c JOIN findings f ON f.id = c.finding_id WHERE f.run_id = $1)) AS last`,
    [runId],
  );
  return rows[0]?.last ?? null;
}
