import type { PoolClient } from "pg";
import { HOLD_SECONDS, type ReviewOrder } from "#lib/core/api/review.ts";
import type { ReviewState } from "#lib/core/detection/finding.ts";
import { FINDING_COLUMNS, type FindingRow } from "./findings.ts";
import { type FindingConditions, whereFindings } from "./findings-filter.ts";

type Queryable = Pick<PoolClient, "query">;

/**
 * A number that depends on nothing but the finding's id, evenly spread: findings in order of it are in random order, the same one for
 * everybody and always.
 */
const CHANCE = "uuid_hash_extended(f.id, 0)";

const ORDERS: Record<ReviewOrder, string> = {
  uncertainty: "abs(coalesce(f.score, 1) - 0.5), f.id",
  label: `f.label COLLATE "C", abs(coalesce(f.score, 1) - 0.5), f.id`,
  size: "f.width * f.height DESC, f.id",
  random: `${CHANCE}, f.id`,
};

/** Gives back what a holder has, but for `keep`; in the order in which holds are taken, or two could wait for each other. */
export async function releaseHolds(client: Queryable, holder: string, keep: readonly string[]): Promise<void> {
  await client.query(
    `DELETE FROM review_holds WHERE finding_id IN (
        SELECT finding_id FROM review_holds WHERE holder = $1 AND finding_id <> ALL($2::uuid[]) ORDER BY finding_id FOR UPDATE)`,
    [holder, keep],
  );
}

/** Holds findings on, or again where nobody took them meanwhile and nobody decided. Returns those that are held. */
export async function renewHolds(client: Queryable, holder: string, ids: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `INSERT INTO review_holds AS h (finding_id, holder, until)
      SELECT f.id, $1, now() + make_interval(secs => $3) FROM findings f
       WHERE f.id = ANY($2::uuid[]) AND f.deleted_at IS NULL AND f.review = 'unreviewed' ORDER BY f.id
      ON CONFLICT (finding_id) DO UPDATE SET holder = excluded.holder, until = excluded.until
        WHERE h.holder = excluded.holder OR h.until <= now()
      RETURNING finding_id AS id`,
    [holder, ids, HOLD_SECONDS],
  );
  return rows.map((row) => row.id);
}

/** Takes the next undecided findings that nobody holds. Whoever is second to ask for one goes without it. */
export async function takeHolds(
  client: Queryable,
  filter: FindingConditions,
  want: { holder: string; order: ReviewOrder; count: number; without: readonly string[] },
): Promise<FindingRow[]> {
  const { where, values } = whereFindings({ ...filter, review: "unreviewed" });
  const [holder, without, count, seconds] = [1, 2, 3, 4].map((offset) => `$${values.length + offset}`);
  const { rows } = await client.query<FindingRow>(
    `WITH due AS MATERIALIZED (
        SELECT f.id, row_number() OVER (ORDER BY ${ORDERS[want.order]}) AS place FROM findings f
         WHERE ${where} AND f.id <> ALL(${without}::uuid[])
           AND NOT EXISTS (SELECT FROM review_holds h WHERE h.finding_id = f.id AND h.until > now())
         ORDER BY ${ORDERS[want.order]} LIMIT ${count}),
      held AS (
        INSERT INTO review_holds AS h (finding_id, holder, until)
          SELECT id, ${holder}, now() + make_interval(secs => ${seconds}) FROM due ORDER BY id
          ON CONFLICT (finding_id) DO UPDATE SET holder = excluded.holder, until = excluded.until WHERE h.until <= now()
          RETURNING finding_id)
      SELECT ${FINDING_COLUMNS} FROM held JOIN due ON due.id = held.finding_id JOIN findings f ON f.id = due.id
       ORDER BY due.place`,
    [...values, want.holder, want.without, want.count, HOLD_SECONDS],
  );
  return rows;
}

/** Forgets holds that ended long ago. */
export async function forgetHolds(client: Queryable): Promise<void> {
  await client.query("DELETE FROM review_holds WHERE until < now() - interval '1 hour'");
}

/** How many findings of a filter are undecided. */
export async function countUndecided(client: Queryable, filter: FindingConditions): Promise<number> {
  const { where, values } = whereFindings({ ...filter, review: "unreviewed" });
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM findings f WHERE ${where}`,
    values,
  );
  return rows[0]?.count ?? 0;
}

export type DecidedCount = { label: string; review: ReviewState; relabelled: boolean; count: number };

/**
 * Decided findings of a run's model among the first in random order, up to the last that was decided as part of a sample, by the class
 * that the model gave. Earlier ones count however they came to be decided: their place in the order owes nothing to it.
 */
export async function countSample(client: Queryable, runId: string): Promise<DecidedCount[]> {
  const { rows } = await client.query<DecidedCount>(
    `WITH last AS (
        SELECT max(${CHANCE}) AS chance FROM findings f JOIN finding_events e ON e.finding_id = f.id AND e.sampled
         WHERE f.run_id = $1 AND f.deleted_at IS NULL)
      SELECT coalesce(f.model_label, f.label) AS label, f.review, f.label <> coalesce(f.model_label, f.label) AS relabelled,
          count(*)::int AS count
        FROM findings f, last
       WHERE f.run_id = $1 AND f.deleted_at IS NULL AND f.source = 'model' AND f.review <> 'unreviewed'
         AND ${CHANCE} <= last.chance
       GROUP BY 1, 2, 3`,
    [runId],
  );
  return rows;
}

/** Says that everything in a tile is marked, or takes that back. */
export async function setSearched(
  client: Queryable,
  tile: { runId: string; index: number; actor: string; searched: boolean },
): Promise<void> {
  if (tile.searched) {
    await client.query(
      "INSERT INTO searched_tiles (run_id, index, actor) VALUES ($1, $2, $3) ON CONFLICT (run_id, index) DO NOTHING",
      [tile.runId, tile.index, tile.actor],
    );
  } else {
    await client.query("DELETE FROM searched_tiles WHERE run_id = $1 AND index = $2", [tile.runId, tile.index]);
  }
}

/** Tiles of a run that were searched, and what is really there whose middle lies in one: found by the run, and drawn by people. */
export async function countSearched(
  client: Queryable,
  runId: string,
): Promise<{ tiles: number[]; found: number; missed: number }> {
  const { rows } = await client.query<{ tiles: number[]; found: number; missed: number }>(
    `WITH searched AS (
        SELECT t.* FROM searched_tiles s JOIN tiles t ON t.run_id = s.run_id AND t.index = s.index WHERE s.run_id = $1),
      there AS (
        SELECT DISTINCT f.id, f.source FROM searched t
          JOIN runs r ON r.id = t.run_id
          JOIN findings f ON f.image_id = r.image_id AND f.page = t.page AND f.deleted_at IS NULL AND f.review = 'accepted'
            AND f.box && box(point(t.x, t.y), point(t.x + t.width, t.y + t.height))
            AND f.x + f.width / 2 >= t.x AND f.x + f.width / 2 < t.x + t.width
            AND f.y + f.height / 2 >= t.y AND f.y + f.height / 2 < t.y + t.height
         WHERE (f.source = 'model' AND f.run_id = $1) OR (f.source = 'person' AND (f.run_id = $1 OR f.run_id IS NULL)))
      SELECT coalesce((SELECT array_agg(index ORDER BY index) FROM searched), '{}') AS tiles,
        (SELECT count(*) FROM there WHERE source = 'model')::int AS found,
        (SELECT count(*) FROM there WHERE source = 'person')::int AS missed`,
    [runId],
  );
  return rows[0] ?? { tiles: [], found: 0, missed: 0 };
}
