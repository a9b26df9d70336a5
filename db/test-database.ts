import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    postgresUrl: string;
  }
}

async function onServer(statement: string): Promise<void> {
  const client = new Client({ connectionString: inject("postgresUrl") });
  await client.connect();
  await client.query(statement);
  await client.end();
}

/** A migrated database of its own for a test file, from the template; `DATABASE_URL` points to it until `drop`. */
export async function freshDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `test_${randomBytes(6).toString("hex")}`;
  await onServer(`CREATE DATABASE ${name} TEMPLATE tessera_template`);
  const address = new URL(inject("postgresUrl"));
  address.pathname = `/${name}`;
  process.env["DATABASE_URL"] = address.href;
  return { url: address.href, drop: () => onServer(`DROP DATABASE ${name} WITH (FORCE)`) };
}
