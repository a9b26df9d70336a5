import { drizzle } from "drizzle-orm/node-postgres";
import { migrate } from "drizzle-orm/node-postgres/migrator";
import type { Client } from "pg";

/** Applies what the database lacks of the migrations in `folder`, in order, in one transaction. */
export async function applyMigrations(client: Client, folder: string): Promise<void> {
  await migrate(drizzle(client), { migrationsFolder: folder });
}
