import { Client } from "pg";
import { databaseUrl } from "../client.ts";
import { FINDING_COLUMNS, type FindingRow } from "./findings.ts";
import { type FindingConditions, whereFindings } from "./findings-filter.ts";

const BATCH = 2000;

/** The findings of a filter in one snapshot: their labels, in order, and all of them in order of page, label, y, x, id. */
export type FindingSnapshot = { labels: string[]; rows: AsyncGenerator<FindingRow>; close(): Promise<void> };

/**
 * Opens a snapshot on a connection of its own: a reader may be slow, and must not hold one that others wait for. Reading is by
 * cursor, in bounded memory. Closed by `close()`, or when all rows were read or their reader left.
 */
export async function openFindingSnapshot(filter: FindingConditions): Promise<FindingSnapshot> {
  const client = new Client({ connectionString: databaseUrl(), keepAlive: true });
  client.on("error", () => undefined);
  await client.connect();
  const close = (): Promise<void> => client.end();
  try {
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const { where, values } = whereFindings(filter);
    const labels = await client.query<{ label: string }>(
      `SELECT DISTINCT f.label COLLATE "C" AS label FROM findings f WHERE ${where} ORDER BY 1`,
      values,
    );
    await client.query(
      `DECLARE exported NO SCROLL CURSOR FOR SELECT ${FINDING_COLUMNS} FROM findings f WHERE ${where}
        ORDER BY f.page, f.label COLLATE "C", f.y, f.x, f.id`,
      values,
    );
    return { labels: labels.rows.map((row) => row.label), rows: fetchAll(client, close), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function* fetchAll(client: Client, close: () => Promise<void>): AsyncGenerator<FindingRow> {
  try {
    for (;;) {
      const { rows } = await client.query<FindingRow>(`FETCH ${BATCH} FROM exported`);
      yield* rows;
      if (rows.length < BATCH) return;
    }
  } finally {
    await close();
  }
}
