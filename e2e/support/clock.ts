import type { OwnPostgres } from "./own-postgres.ts";

/**
 * Has the database see its clock jump ahead by so many hours, or back: every point in time that it knows moves the other way. What
 * the processes keep in memory stays, as it does where the clock of one machine jumps.
 */
export async function jumpClock(postgres: OwnPostgres, hours: number): Promise<void> {
  const database = await postgres.connect();
  try {
    const { rows } = await database.query<{ table: string; columns: string[] }>(
      `SELECT format('%I.%I', table_schema, table_name) AS table, array_agg(quote_ident(column_name::text)) AS columns
        FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
       WHERE table_schema IN ('public', 'workflow', 'graphile_worker') AND table_type = 'BASE TABLE'
         AND data_type LIKE 'timestamp%' AND is_generated = 'NEVER'
       GROUP BY 1`,
    );
    for (const { table, columns } of rows) {
      const moved = columns.map((column) => `${column} = ${column} - make_interval(hours => ${hours})`);
      await database.query(`UPDATE ${table} SET ${moved.join(", ")}`);
    }
  } finally {
    await database.end();
  }
}
