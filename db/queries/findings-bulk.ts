import type { PoolClient } from "pg";
import { FINDING_COLUMNS, type FindingRow } from "./findings.ts";
import { type FindingConditions, whereFindings } from "./findings-filter.ts";

type Queryable = Pick<PoolClient, "query">;

/** A finding that a bulk decision changed; `removed`: it is out of sight now. */
export type BulkRow = FindingRow & { removed: boolean };

/**
 * One decision over all findings of a filter, with an entry in the history of each that names the `bulk`. `removes` takes what has
 * no score out of sight, one's own drawings or all, unless it is locked; what has one is rejected instead. Rows are locked in order of id, as the merge does, so that the two
 * wait for each other and never deadlock. Returns what has changed.
 */
export async function decideInBulk(
  client: Queryable,
  filter: FindingConditions,
  change: { review: string | null; label: string | null; removes: "nothing" | "own" | "all" },
  by: { actor: string; bulk: string },
): Promise<BulkRow[]> {
  const { where, values } = whereFindings(filter);
  const [review, label, actor, bulk, removes] = [1, 2, 3, 4, 5].map((offset) => `$${values.length + offset}`);
  const own = `f.source = 'person' AND f.created_by = ${actor}`;
  const removable = `(NOT f.locked AND (${removes}::text = 'all' OR ${removes}::text = 'own' AND ${own}))`;
  const { rows } = await client.query<BulkRow>(
    `WITH chosen AS (
        SELECT f.id, f.review AS old_review, f.label AS old_label, coalesce(${label}::text, f.label) AS label,
            CASE WHEN ${removes}::text <> 'nothing' AND f.score IS NOT NULL THEN 'rejected' ELSE coalesce(${review}::text, f.review) END AS review,
            f.score IS NULL AND ${removable} AS removed
          FROM findings f
         WHERE ${where} AND (f.review <> coalesce(${review}::text, f.review) OR f.label <> coalesce(${label}::text, f.label)
           OR ${removes}::text <> 'nothing' AND CASE WHEN f.score IS NULL THEN ${removable} ELSE f.review <> 'rejected' END)
         ORDER BY f.id FOR UPDATE),
      changed AS (
        UPDATE findings AS f SET review = chosen.review, label = chosen.label, version = f.version + 1, updated_at = now(),
            deleted_at = CASE WHEN chosen.removed THEN now() END
          FROM chosen WHERE f.id = chosen.id
          RETURNING ${FINDING_COLUMNS}, chosen.removed, old_review, old_label),
      told AS (
        INSERT INTO finding_events (finding_id, actor, action, write_id, before, after)
          SELECT id, ${actor}, 'bulk', ${bulk}::uuid, jsonb_build_object('review', old_review, 'label', old_label),
              jsonb_build_object('review', review, 'label', label, 'version', version, 'bulk', ${bulk}::text)
                || CASE WHEN removed THEN '{"removed": true}'::jsonb ELSE '{}' END
            FROM changed)
      SELECT * FROM changed`,
    [...values, change.review, change.label, by.actor, by.bulk, change.removes],
  );
  return rows;
}

/**
 * Takes a bulk decision, or the taking back of one, back from every finding that nobody has changed since: what it removed is there again,
 * and what it brought back is removed. `name` is what this in turn is taken back by. Returns what has changed.
 */
export async function undoBulk(
  client: Queryable,
  bulk: string,
  { actor, name }: { actor: string; name: string },
): Promise<BulkRow[]> {
  const { rows } = await client.query<BulkRow>(
    `WITH made AS (
        SELECT finding_id, before, after FROM finding_events
          WHERE action IN ('bulk', 'bulk-undo') AND write_id = $1::uuid AND actor = $2::text),
      chosen AS (
        SELECT f.id, made.before, made.after FROM findings f JOIN made ON made.finding_id = f.id
         WHERE (f.deleted_at IS NOT NULL) = (made.after ? 'removed') AND f.version = (made.after->>'version')::int
         ORDER BY f.id FOR UPDATE OF f),
      changed AS (
        UPDATE findings AS f SET review = chosen.before->>'review', label = chosen.before->>'label', version = f.version + 1,
            updated_at = now(), deleted_at = CASE WHEN chosen.before ? 'removed' THEN now() END
          FROM chosen WHERE f.id = chosen.id
          RETURNING ${FINDING_COLUMNS}, chosen.before ? 'removed' AS removed, chosen.before AS made_on, chosen.after AS made),
      told AS (
        INSERT INTO finding_events (finding_id, actor, action, write_id, before, after)
          SELECT id, $2::text, 'bulk-undo', $3::uuid, made - '{version,bulk,undo}'::text[],
              made_on || jsonb_build_object('undo', $1::text, 'version', version) FROM changed)
      SELECT * FROM changed`,
    [bulk, actor, name],
  );
  return rows;
}
