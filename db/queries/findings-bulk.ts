import type { PoolClient } from "pg";
import { FINDING_COLUMNS, type FindingRow } from "./findings.ts";
import { type FindingConditions, whereFindings } from "./findings-filter.ts";

type Queryable = Pick<PoolClient, "query">;

/**
 * One decision over all findings of a filter, with an entry in the history of each that names the `bulk`. Rows are locked in
 * order of id, as the merge does, so that the two wait for each other and never deadlock. Returns what has changed.
 */
export async function decideInBulk(
  client: Queryable,
  filter: FindingConditions,
  change: { review: string | null; label: string | null },
  by: { actor: string; bulk: string },
): Promise<FindingRow[]> {
  const { where, values } = whereFindings(filter);
  const [review, label, actor, bulk] = [1, 2, 3, 4].map((offset) => `$${values.length + offset}`);
  const { rows } = await client.query<FindingRow>(
    `WITH chosen AS (
        SELECT f.id, f.review, f.label FROM findings f
         WHERE ${where} AND (f.review <> coalesce(${review}::text, f.review) OR f.label <> coalesce(${label}::text, f.label))
         ORDER BY f.id FOR UPDATE),
      changed AS (
        UPDATE findings AS f SET review = coalesce(${review}, f.review), label = coalesce(${label}, f.label),
            version = f.version + 1, updated_at = now()
          FROM chosen WHERE f.id = chosen.id
          RETURNING ${FINDING_COLUMNS}, chosen.review AS old_review, chosen.label AS old_label),
      told AS (
        INSERT INTO finding_events (finding_id, actor, action, write_id, before, after)
          SELECT id, ${actor}, 'bulk', ${bulk}::uuid, jsonb_build_object('review', old_review, 'label', old_label),
              jsonb_build_object('review', review, 'label', label, 'version', version, 'bulk', ${bulk}::text)
            FROM changed)
      SELECT * FROM changed`,
    [...values, change.review, change.label, by.actor, by.bulk],
  );
  return rows;
}

/** Takes a bulk decision back from every finding that nobody has changed since. Returns what has changed. */
export async function undoBulk(client: Queryable, bulk: string, actor: string): Promise<FindingRow[]> {
  const { rows } = await client.query<FindingRow>(
    `WITH made AS (
        SELECT finding_id, before, after FROM finding_events WHERE action = 'bulk' AND write_id = $1::uuid AND actor = $2::text),
      chosen AS (
        SELECT f.id, made.before, made.after FROM findings f JOIN made ON made.finding_id = f.id
         WHERE f.deleted_at IS NULL AND f.version = (made.after->>'version')::int ORDER BY f.id FOR UPDATE OF f),
      changed AS (
        UPDATE findings AS f SET review = chosen.before->>'review', label = chosen.before->>'label', version = f.version + 1,
            updated_at = now()
          FROM chosen WHERE f.id = chosen.id RETURNING ${FINDING_COLUMNS}, chosen.before AS made_on, chosen.after AS made),
      told AS (
        INSERT INTO finding_events (finding_id, actor, action, before, after)
          SELECT id, $2::text, 'bulk-undo', jsonb_build_object('review', made->>'review', 'label', made->>'label'),
              made_on || jsonb_build_object('undo', $1::text) FROM changed)
      SELECT * FROM changed`,
    [bulk, actor],
  );
  return rows;
}
