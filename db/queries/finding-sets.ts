import type { PoolClient } from "pg";
import { inSnapshot, pool } from "../client.ts";
import { type FindingConditions, STEADY_ORDER, whereFindings } from "./findings-filter.ts";

type Queryable = Pick<PoolClient, "query">;

/** A finding as far as it is compared with others. */
export type ComparedRow = {
  id: string;
  page: number;
  label: string;
  modelLabel: string | null;
  score: number | null;
  x: number;
  y: number;
  width: number;
  height: number;
};

/** All findings of a filter as far as they are compared, in order of page, label, y, x, id; null where there are more than `most`. */
export async function comparedRows(filter: FindingConditions, most: number): Promise<ComparedRow[] | null> {
  const { where, values } = whereFindings(filter);
  const { rows } = await pool().query<ComparedRow>(
    `SELECT f.id, f.page, f.label, f.model_label AS "modelLabel", f.score, f.x, f.y, f.width, f.height
      FROM findings f WHERE ${where} ORDER BY ${STEADY_ORDER} LIMIT ${most + 1}`,
    values,
  );
  return rows.length > most ? null : rows;
}

/**
 * Places of findings, packed by the database as a row an object leaves ten times as much behind in memory: of each, big-endian, page and
 * position of its label (int4), then x, y, width and height (float8).
 */
export type PackedPlaces = { count: number; records: Buffer };

/** Findings in a pack: a megabyte. */
const PACKED = 25_000;

/**
 * Places of all findings of a filter in the order above, pack by pack. `begin` is told their labels in order and how many there are, and
 * throws where that is too many.
 */
export async function eachPlaced(
  filter: FindingConditions,
  { begin, take }: { begin: (labels: string[], count: number) => void; take: (places: PackedPlaces) => void },
): Promise<void> {
  const { where, values } = whereFindings(filter);
  await inSnapshot(async (client) => {
    const { rows: counts } = await client.query<{ label: string; count: number }>(
      `SELECT f.label COLLATE "C" AS label, count(*)::int AS count FROM findings f WHERE ${where} GROUP BY 1 ORDER BY 1`,
      values,
    );
    const labels = counts.map(({ label }) => label);
    begin(
      labels,
      counts.reduce((sum, { count }) => sum + count, 0),
    );
    const fields = `int4send(page) || int4send(array_position($${values.length + 1}::text[], label) - 1)
      || float8send(x) || float8send(y) || float8send(width) || float8send(height)`;
    await client.query(
      `DECLARE placed NO SCROLL CURSOR FOR SELECT count(*)::int AS count, string_agg(${fields}, ''::bytea ORDER BY at) AS records
        FROM (SELECT f.page, f.label, f.x, f.y, f.width, f.height, row_number() OVER (ORDER BY ${STEADY_ORDER}) AS at
          FROM findings f WHERE ${where}) AS placed GROUP BY (at - 1) / ${PACKED} ORDER BY (at - 1) / ${PACKED}`,
      [...values, labels],
    );
    for (;;) {
      const [pack] = (await client.query<PackedPlaces>("FETCH 1 FROM placed")).rows;
      if (!pack) return;
      take(pack);
    }
  });
}

/** What was brought in to an image and stays, by import, newest first; `name`: its files. */
export async function countImported(
  client: Queryable,
  imageId: string,
): Promise<{ id: string; name: string; findings: number }[]> {
  const { rows } = await client.query<{ id: string; name: string; findings: number }>(
    `SELECT i.id, coalesce((SELECT string_agg(file->>'name', ', ') FROM jsonb_array_elements(i.files) file), '') AS name,
        own.findings
      FROM (SELECT import_id, count(*)::int AS findings FROM findings
          WHERE image_id = $1 AND deleted_at IS NULL AND source = 'import' AND review <> 'rejected' GROUP BY 1) own
        JOIN imports i ON i.id = own.import_id ORDER BY i.id DESC`,
    [imageId],
  );
  return rows;
}

/** How many findings of an image each person drew or accepted, by name; `person` null: anybody, each finding once. */
export async function countVouched(
  client: Queryable,
  imageId: string,
): Promise<{ person: string | null; findings: number }[]> {
  const { rows } = await client.query<{ person: string | null; findings: number }>(
    `WITH own AS (SELECT id, source, review, created_by FROM findings
          WHERE image_id = $1 AND deleted_at IS NULL AND review <> 'rejected' AND (source = 'person' OR review = 'accepted')),
        vouched AS (
          SELECT id, created_by AS person FROM own WHERE source = 'person' AND created_by IS NOT NULL
          UNION SELECT own.id, e.actor FROM own JOIN finding_events e ON e.finding_id = own.id
            WHERE own.review = 'accepted' AND e.after->>'review' = 'accepted' AND e.actor <> 'merge')
      SELECT NULL AS person, count(*)::int AS findings FROM own
      UNION ALL SELECT person, count(*)::int FROM vouched GROUP BY person
      ORDER BY person NULLS FIRST`,
    [imageId],
  );
  return rows;
}

/** How many of a run's findings nobody has decided on. */
export async function countUndecided(client: Queryable, runId: string): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    "SELECT count(*)::int AS count FROM findings WHERE run_id = $1 AND deleted_at IS NULL AND review = 'unreviewed'",
    [runId],
  );
  return rows[0]?.count ?? 0;
}
