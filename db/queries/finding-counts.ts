import type { PoolClient } from "pg";
import type { FindingGroup } from "#lib/core/detection/finding.ts";
import { untoldSince } from "./finding-densities.ts";

type Queryable = Pick<PoolClient, "query">;

/** A run of an image; of one page, or (null) of all. */
type CountedPlace = { imageId: string; runId: string; page: number | null };

/** How many findings some runs have, by their ids, of those where it was kept and is still true. */
export async function keptTotals(client: Queryable, ids: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await client.query<{ id: string; total: number }>(
    `SELECT c.run_id AS id, c.total FROM finding_counts c WHERE c.run_id = ANY($1) AND c.page IS NULL AND ${untoldSince("c")}`,
    [ids],
  );
  return new Map(rows.map(({ id, total }) => [id, total]));
}

/** The groups of findings of a place that were kept and are still true; null where there are none. */
export async function keptGroups(
  client: Queryable,
  { imageId, runId, page }: CountedPlace,
): Promise<FindingGroup[] | null> {
  const { rows } = await client.query<{ groups: FindingGroup[] | null }>(
    `SELECT c.groups FROM finding_counts c JOIN runs r ON r.id = c.run_id
      WHERE c.run_id = $1 AND c.page IS NOT DISTINCT FROM $2 AND r.image_id = $3 AND ${untoldSince("c")}`,
    [runId, page, imageId],
  );
  return rows[0]?.groups ?? null;
}

/**
 * Keeps how many findings a run has, and their groups where they were counted as well; counted when all transactions below `asOf` had ended.
 * Later ones win; those of a run that went are dropped.
 */
export async function keepCounts(
  client: Queryable,
  { runId, page }: Omit<CountedPlace, "imageId">,
  counted: { asOf: string; total: number; groups: readonly FindingGroup[] | null },
): Promise<void> {
  await client.query(
    `INSERT INTO finding_counts AS c (run_id, page, as_of, total, groups) SELECT id, $2, $3::xid8, $4, $5::jsonb FROM runs WHERE id = $1
      ON CONFLICT ON CONSTRAINT finding_counts_of DO UPDATE SET as_of = excluded.as_of, total = excluded.total,
          groups = CASE WHEN c.as_of = excluded.as_of THEN coalesce(excluded.groups, c.groups) ELSE excluded.groups END
        WHERE c.as_of <= excluded.as_of`,
    [runId, page, counted.asOf, counted.total, counted.groups && JSON.stringify(counted.groups)],
  );
}
