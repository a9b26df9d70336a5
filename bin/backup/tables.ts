import type { Client, PoolClient } from "pg";

type Queryable = Pick<Client | PoolClient, "query">;

/** Tables whose content means nothing elsewhere: numbers of transactions and locks belong to one cluster and its processes. */
const LEFT_OUT = new Set([
  "public.outbox",
  "public.workers",
  "public.installed_worlds",
  "public.finding_densities",
  "public.finding_counts",
]);

/** Schemas whose rows make up an installation. Migrations' own records are made by migrating. */
const SCHEMAS = ["public", "workflow", "graphile_worker"];

/** What graphile-worker fills by itself when it migrates. */
const MADE_BY_MIGRATING = new Set(["graphile_worker.migrations"]);

export type Table = { schema: string; name: string; columns: string[] };

/** The tables of an installation with the columns that can be written, in an order in which references come after their targets. */
export async function installationTables(client: Queryable): Promise<Table[]> {
  const { rows } = await client.query<{ schema: string; name: string; columns: string[] }>(
    `SELECT n.nspname AS schema, c.relname AS name,
        array_agg(a.attname::text ORDER BY a.attnum) FILTER (WHERE a.attgenerated = '') AS columns
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
      WHERE n.nspname = ANY($1) AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
      GROUP BY 1, 2 ORDER BY 1, 2`,
    [SCHEMAS],
  );
  const wanted = rows.filter(({ schema, name }) => {
    const full = `${schema}.${name}`;
    return !LEFT_OUT.has(full) && !MADE_BY_MIGRATING.has(full);
  });
  return inOrderOfReferences(client, wanted);
}

async function inOrderOfReferences(client: Queryable, tables: Table[]): Promise<Table[]> {
  const { rows } = await client.query<{ from: string; to: string }>(
    `SELECT DISTINCT fn.nspname || '.' || f.relname AS from, tn.nspname || '.' || t.relname AS to FROM pg_constraint k
      JOIN pg_class f ON f.oid = k.conrelid JOIN pg_namespace fn ON fn.oid = f.relnamespace
      JOIN pg_class t ON t.oid = k.confrelid JOIN pg_namespace tn ON tn.oid = t.relnamespace
      WHERE k.contype = 'f' AND f.oid <> t.oid`,
  );
  const keyOf = (table: Table): string => `${table.schema}.${table.name}`;
  const ordered: Table[] = [];
  const waiting = [...tables];
  while (waiting.length > 0) {
    const open = new Set(waiting.map(keyOf));
    const next = waiting.findIndex((table) => !rows.some((edge) => edge.from === keyOf(table) && open.has(edge.to)));
    ordered.push(...waiting.splice(Math.max(0, next), 1));
  }
  return ordered;
}

/** Sets every identity and serial of the tables beyond what their rows use. */
export async function advanceSequences(client: Queryable, tables: readonly Table[]): Promise<void> {
  for (const { schema, name, columns } of tables) {
    for (const column of columns) {
      const { rows } = await client.query<{ sequence: string | null }>(
        "SELECT pg_get_serial_sequence($1, $2) AS sequence",
        [`"${schema}"."${name}"`, column],
      );
      const sequence = rows[0]?.sequence;
      if (!sequence) continue;
      await client.query(
        `SELECT setval($1, greatest((SELECT coalesce(max("${column}"), 0) FROM "${schema}"."${name}"), 1))`,
        [sequence],
      );
    }
  }
}
