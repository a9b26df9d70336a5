import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { afterAll, beforeAll, inject } from "vitest";
import { pool } from "./client.ts";

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

type MadeDatabase = { url: string; drop(): Promise<void> };

/** Makes a migrated database from the template; `DATABASE_URL` points to it until `drop`. */
export async function makeDatabase(): Promise<MadeDatabase> {
  const name = `test_${randomBytes(6).toString("hex")}`;
  await onServer(`CREATE DATABASE ${name} TEMPLATE tessera_template`);
  const address = new URL(inject("postgresUrl"));
  address.pathname = `/${name}`;
  process.env["DATABASE_URL"] = address.href;
  return { url: address.href, drop: () => onServer(`DROP DATABASE ${name} WITH (FORCE)`) };
}

/**
 * A migrated database for the test file that calls it: made before whatever the file does before its tests, gone with the pool after
 * whatever it does after them.
 */
export function freshDatabase(): { readonly url: string } {
  let made: MadeDatabase | null = null;
  beforeAll(async () => {
    made = await makeDatabase();
  });
  afterAll(async () => {
    await pool().end();
    await made?.drop();
  });
  return {
    get url() {
      if (made === null) throw new Error("the database is made before the first test, not sooner");
      return made.url;
    },
  };
}
