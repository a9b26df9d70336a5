import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { Client } from "pg";
import { z } from "zod";
import { projectRoot } from "#lib/config/paths.ts";
import { uuidv7 } from "#lib/uuid.ts";

const MIGRATION_LOCK = 7_465_001;

/** Brings the database at `url` to this release: our tables, the workflow world's, the Default collection. Safe to run at once. */
export async function migrateDatabase(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("SELECT pg_advisory_lock($1)", [MIGRATION_LOCK]);
    await client.query("SET client_min_messages = warning");
    const folder = join(projectRoot(), "db", "migrations");
    // Drizzle takes a second to load, and most starts have nothing to migrate.
    if (!(await isCurrent(client, folder)))
      await (await import("./apply-migrations.ts")).applyMigrations(client, folder);
    await ensureDefaultCollection(client);
    if (!(await isWorldReady(client))) await migrateWorld(url);
  } finally {
    await client.end();
  }
}

const journalSchema = z.object({ entries: z.array(z.object({ when: z.number() })) });

/** Whether the newest migration in the folder is what the database had last, by Drizzle's own record. */
async function isCurrent(client: Client, folder: string): Promise<boolean> {
  const journal = journalSchema.parse(JSON.parse(await readFile(join(folder, "meta", "_journal.json"), "utf8")));
  const newest = Math.max(...journal.entries.map(({ when }) => when));
  const { rows: known } = await client.query("SELECT to_regclass('drizzle.__drizzle_migrations') AS name");
  if (known[0]?.name === null) return false;
  const { rows } = await client.query<{ last: string | null }>(
    "SELECT max(created_at) AS last FROM drizzle.__drizzle_migrations",
  );
  return Number(rows[0]?.last) >= newest;
}

async function ensureDefaultCollection(client: Client): Promise<void> {
  await client.query(
    "INSERT INTO collections (id, name, providers) VALUES ($1, 'Default', '{local}') ON CONFLICT (name) DO NOTHING",
    [uuidv7()],
  );
}

/** The world's own setup is a program; it is spared where this release of it has run before. */
async function isWorldReady(client: Client): Promise<boolean> {
  await client.query("CREATE TABLE IF NOT EXISTS installed_worlds (version text PRIMARY KEY)");
  const { rows } = await client.query("SELECT 1 FROM installed_worlds WHERE version = $1", [WORLD_VERSION]);
  return rows.length > 0;
}

/** Version of `@workflow/world-postgres` in package.json; a test holds the two together. */
export const WORLD_VERSION = "4.3.7";

async function migrateWorld(url: string): Promise<void> {
  const program = join(projectRoot(), "node_modules", "@workflow", "world-postgres", "bin", "setup.js");
  await promisify(execFile)(process.execPath, [program], { env: { ...process.env, WORKFLOW_POSTGRES_URL: url } });
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query("INSERT INTO installed_worlds (version) VALUES ($1) ON CONFLICT DO NOTHING", [WORLD_VERSION]);
  await client.end();
}
