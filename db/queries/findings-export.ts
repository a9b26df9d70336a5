import type { PoolClient } from "pg";
import { Client } from "pg";
import { ASPECTS, type Aspect } from "#lib/core/formats/format.ts";
import type { FindingCounts } from "#lib/core/formats/losses.ts";
import { databaseUrl } from "../client.ts";
import { FINDING_COLUMNS, type FindingRow } from "./findings.ts";
import { type FindingConditions, STEADY_ORDER, whereFindings } from "./findings-filter.ts";

/** Rows at a time: few enough that they are let go before the collector takes them for what stays, which would triple the memory. */
const BATCH = 250;

/**
 * The findings of a filter in one snapshot: their labels, in order, and all of them in order of page, label, y, x, id. `client` reads what
 * else there was at that moment.
 */
export type FindingSnapshot = {
  client: Pick<Client, "query">;
  labels: string[];
  counts: FindingCounts;
  rows: AsyncGenerator<FindingRow>;
  close(): Promise<void>;
};

/** The labels of the findings of a filter, in order, and how many findings have what. */
export async function summarizeFindings(
  client: Pick<PoolClient, "query">,
  filter: FindingConditions,
): Promise<{ labels: string[]; counts: FindingCounts }> {
  const { where, values } = whereFindings(filter);
  const { rows } = await client.query<FindingCounts & { label: string }>(
    `SELECT f.label COLLATE "C" AS label, count(*)::int AS all, count(*)::int AS ids, count(f.score)::int AS scores,
        (count(*) - count(f.score))::int AS unscored,
        count(f.text)::int AS texts, count(f.measurements)::int AS measurements, count(f.disagreement)::int AS disagreements,
        (count(*) - count(f.text))::int AS wordless,
        count(*) FILTER (WHERE f.review <> 'unreviewed')::int AS decisions,
        count(*) FILTER (WHERE f.geometry->>'type' = 'Point')::int AS points,
        count(*) FILTER (WHERE f.geometry->>'type' = 'LineString')::int AS lines,
        count(*) FILTER (WHERE f.geometry->>'type' = 'Polygon')::int AS polygons,
        count(*) FILTER (WHERE f.geometry->>'type' = 'MultiPolygon')::int AS "multiPolygons",
        count(*) FILTER (WHERE f.geometry->>'type' = 'Polygon' AND jsonb_array_length(f.geometry->'coordinates') > 1
            OR f.geometry->>'type' = 'MultiPolygon' AND jsonb_path_exists(f.geometry, '$.coordinates[*][1]'))::int AS holes
      FROM findings f WHERE ${where} GROUP BY 1 ORDER BY 1`,
    values,
  );
  const sum = (key: Aspect | "all"): number => rows.reduce((total, row) => total + row[key], 0);
  const counts = Object.fromEntries(ASPECTS.map((aspect) => [aspect, sum(aspect)])) as Record<Aspect, number>;
  return { labels: rows.map((row) => row.label), counts: { all: sum("all"), ...counts } };
}

/**
 * Opens a snapshot on a connection of its own: a reader may be slow, and must not hold one that others wait for. Reading is by
 * cursor, in bounded memory. Whoever opens it closes it.
 */
export async function openFindingSnapshot(filter: FindingConditions): Promise<FindingSnapshot> {
  const client = new Client({ connectionString: databaseUrl(), keepAlive: true });
  client.on("error", () => undefined);
  await client.connect();
  const close = (): Promise<void> => client.end();
  try {
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const { where, values } = whereFindings(filter);
    const { labels, counts } = await summarizeFindings(client, filter);
    await client.query(
      `DECLARE exported NO SCROLL CURSOR FOR SELECT ${FINDING_COLUMNS} FROM findings f WHERE ${where}
        ORDER BY ${STEADY_ORDER}`,
      values,
    );
    return { client, labels, counts, rows: fetchAll(client), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function* fetchAll(client: Client): AsyncGenerator<FindingRow> {
  for (;;) {
    const { rows } = await client.query<FindingRow>(`FETCH ${BATCH} FROM exported`);
    yield* rows;
    if (rows.length < BATCH) return;
  }
}

/** So many findings of a filter in order of id, after one of them. */
export async function findingsAfter(
  client: Pick<PoolClient, "query">,
  filter: FindingConditions,
  after: string | null,
  limit: number,
): Promise<FindingRow[]> {
  const { where, values } = whereFindings(filter);
  const { rows } = await client.query<FindingRow>(
    `SELECT ${FINDING_COLUMNS} FROM findings f WHERE ${where} AND ($${values.length + 1}::uuid IS NULL OR f.id > $${values.length + 1})
      ORDER BY f.id LIMIT $${values.length + 2}`,
    [...values, after, limit],
  );
  return rows;
}
