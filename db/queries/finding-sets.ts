import type { PoolClient } from "pg";
import { inTransaction } from "../client.ts";
import { type FindingConditions, whereFindings } from "./findings-filter.ts";

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

const BATCH = 10_000;

/** All findings of a filter as far as they are compared, in order of page, label, y, x, id; null where there are more than `most`. */
export async function comparedRows(filter: FindingConditions, most: number): Promise<ComparedRow[] | null> {
  const all: ComparedRow[] = [];
  await eachCompared(filter, (rows) => {
    for (const row of rows) all.push(row);
    return all.length <= most;
  });
  return all.length > most ? null : all;
}

/** The same, handful by handful, for as long as `take` wants more. */
export async function eachCompared(filter: FindingConditions, take: (rows: ComparedRow[]) => boolean): Promise<void> {
  const { where, values } = whereFindings(filter);
  await inTransaction(async (client) => {
    await client.query(
      `DECLARE compared NO SCROLL CURSOR FOR SELECT f.id, f.page, f.label, f.model_label AS "modelLabel", f.score, f.x, f.y, f.width, f.height
        FROM findings f WHERE ${where} ORDER BY f.page, f.label COLLATE "C", f.y, f.x, f.id`,
      values,
    );
    for (;;) {
      const { rows } = await client.query<ComparedRow>(`FETCH ${BATCH} FROM compared`);
      if (!take(rows) || rows.length < BATCH) return;
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
