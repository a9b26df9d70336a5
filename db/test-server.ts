import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import type { TestProject } from "vitest/node";
import { acquireEmbeddedServer } from "./embedded/server.ts";
import { migrateDatabase } from "./migrate.ts";

/** Global set-up of the database tests: one embedded Postgres with a migrated template database, gone at the end. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), "tessera-test-"));
  // mkdtemp closes the folder to all others; the account that Postgres runs under must pass.
  await chmod(dataDir, 0o755);
  const server = await acquireEmbeddedServer(dataDir);
  const client = new Client({ connectionString: server.url });
  await client.connect();
  await client.query("CREATE DATABASE tessera_template");
  await client.end();
  const template = new URL(server.url);
  template.pathname = "/tessera_template";
  await migrateDatabase(template.href);
  project.provide("postgresUrl", server.url);
  return async () => {
    await server.release();
    await rm(dataDir, { recursive: true, force: true });
  };
}
