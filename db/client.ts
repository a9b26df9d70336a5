import { Pool, type PoolClient } from "pg";
import { processWide } from "#lib/process-wide.ts";

/** With the two pools of the workflow world, the process' session locks and its ear for events, a process has 20 connections at most. */
const MOST_CONNECTIONS = 8;

/**
 * The process' connection pool, opened at first use. `DATABASE_URL` is set by then: by the operator, or by
 * `db/embedded.ts` once the embedded server is up.
 */
export function pool(): Pool {
  return processWide("pool", () => {
    const created = new Pool({ connectionString: databaseUrl(), max: MOST_CONNECTIONS, idleTimeoutMillis: 30_000 });
    // A connection that breaks while idle is replaced by the pool at next use; without a listener it would end the process.
    created.on("error", () => undefined);
    return created;
  });
}

/** A connection of its own, outside the pool, for LISTEN and session locks. The caller ends it. */
export function databaseUrl(): string {
  const url = process.env["DATABASE_URL"];
  if (!url) throw new Error("DATABASE_URL is not set: start the embedded database first");
  return url;
}

/** Runs `work` in one transaction on one connection: committed when it resolves, rolled back when it throws. */
export function inTransaction<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
  return between("BEGIN", work);
}

/** Runs `work`, which changes nothing, on the database as it is at one moment. */
export function inSnapshot<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
  return between("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", work);
}

async function between<T>(begin: string, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool().connect();
  try {
    await client.query(begin);
    const result = await work(client);
    await client.query("COMMIT");
    return result;
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}
