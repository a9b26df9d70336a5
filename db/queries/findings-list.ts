import type { PoolClient } from "pg";
import type { FindingSort } from "#lib/core/api/findings.ts";
import type { FindingGroup } from "#lib/core/detection/finding.ts";
import { FINDING_COLUMNS, type FindingRow } from "./findings.ts";
import { type FindingConditions, whereFindings } from "./findings-filter.ts";

type Queryable = Pick<PoolClient, "query">;

const SCORE = "coalesce(f.score, -1)::float8";
const SORTS: Record<FindingSort, { key: string; type: "uuid" | "float8" | "text"; descending: boolean }> = {
  id: { key: "f.id", type: "uuid", descending: false },
  score: { key: SCORE, type: "float8", descending: false },
  "-score": { key: SCORE, type: "float8", descending: true },
  uncertainty: { key: "abs(coalesce(f.score, 1) - 0.5)::float8", type: "float8", descending: false },
  "-disagreement": { key: "coalesce(f.disagreement, -1)::float8", type: "float8", descending: true },
  label: { key: `f.label COLLATE "C"`, type: "text", descending: false },
  size: { key: "(f.width * f.height)", type: "float8", descending: false },
  "-size": { key: "(f.width * f.height)", type: "float8", descending: true },
};

/** Where a page ended: the sort key and the id of its last finding. */
export type FindingPosition = { key: string | number; id: string };

/** A page of findings in order of `sort`, then id, after a position. */
export async function listFindings(
  client: Queryable,
  filter: FindingConditions,
  page: { sort: FindingSort; after: FindingPosition | null; limit: number },
): Promise<(FindingRow & { key: string | number })[]> {
  const { key, type, descending } = SORTS[page.sort];
  const { where, values } = whereFindings(filter);
  const direction = descending ? "DESC" : "ASC";
  let after = "";
  if (page.after) {
    values.push(page.after.key, page.after.id);
    after = `AND (${key}, f.id) ${descending ? "<" : ">"} ($${values.length - 1}::${type}, $${values.length}::uuid)`;
  }
  values.push(page.limit);
  const { rows } = await client.query<FindingRow & { key: string | number }>(
    `SELECT ${FINDING_COLUMNS}, ${key} AS key FROM findings f WHERE ${where} ${after}
      ORDER BY ${key} ${direction}, f.id ${direction} LIMIT $${values.length}`,
    values,
  );
  return rows;
}

/** Findings counted by label, review state and bin of score. */
export async function countFindings(client: Queryable, filter: FindingConditions): Promise<FindingGroup[]> {
  const { where, values } = whereFindings(filter);
  // Scores are `real`: the sliver added keeps 0.9 out of the bin below it.
  const { rows } = await client.query<FindingGroup>(
    `SELECT f.label, f.review, CASE WHEN f.score IS NULL THEN -1 ELSE least(19, floor(f.score::float8 * 20 + 1e-5)) END::int AS bin, count(*)::int AS count
      FROM findings f WHERE ${where} GROUP BY 1, 2, 3`,
    values,
  );
  return rows;
}
