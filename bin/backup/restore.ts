import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { Client } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { databaseUrl } from "#db/client.ts";
import { livingWorkerIds } from "#db/queries/workers.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { blobStore } from "#lib/server/storage.ts";
import { copyTarget, MANIFEST, type Manifest, manifestSchema, quoted, tableFile } from "./manifest.ts";
import { advanceSequences } from "./tables.ts";

/**
 * Brings a backup into this installation, which must be empty. Blobs first, each checked against its hash; then all tables in one
 * transaction, so that a restore that breaks off leaves nothing half there and can be tried again.
 */
export async function restoreFrom(folder: string): Promise<{ rows: number; blobs: number }> {
  const manifest = await readManifest(folder);
  await assertFits(manifest);
  await restoreBlobs(folder, manifest);
  const rows = await restoreTables(folder, manifest);
  return { rows, blobs: manifest.blobs.length };
}

async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, MANIFEST), "utf8").catch(() => null);
  if (text === null) throw new TesseraError("bad-input", `${folder} holds no backup: it has no ${MANIFEST}`);
  try {
    return manifestSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new TesseraError("bad-input", `${MANIFEST} of ${folder} is damaged, or of another release of Tessera`, {
      cause,
    });
  }
}

async function withClient<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: databaseUrl() });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** An installation that was started and never used counts as empty: it has one person, its owner, and nothing else. */
const IN_USE = `SELECT EXISTS (SELECT 1 FROM images) OR EXISTS (SELECT 1 FROM tokens)
    OR (SELECT count(*) FROM users) > 1 AS used`;

async function assertFits(manifest: Manifest): Promise<void> {
  await withClient(async (client) => {
    const { rows: known } = await client.query<{ count: number }>(
      "SELECT count(*)::int AS count FROM drizzle.__drizzle_migrations",
    );
    if (manifest.migrations > (known[0]?.count ?? 0)) {
      throw new TesseraError("bad-input", "the backup was written by a newer release of Tessera", {
        remedy: "update this one first",
      });
    }
    if ((await livingWorkerIds(client)).length > 0) {
      throw new TesseraError("conflict", "a server works on this installation", { remedy: "stop it first" });
    }
    const { rows } = await client.query<{ used: boolean }>(IN_USE);
    if (!rows[0]?.used) return;
    throw new TesseraError("conflict", "this installation is not empty", {
      remedy: "choose a new data folder with TESSERA_DATA_DIR, or a new database",
    });
  });
}

async function restoreBlobs(folder: string, manifest: Manifest): Promise<void> {
  for (const blob of manifest.blobs) {
    const written = await blobStore().put(blob.key, createReadStream(join(folder, "blobs", blob.key)));
    if (written.sha256 === blob.sha256) continue;
    await blobStore().delete(blob.key);
    throw new TesseraError("bad-input", `the blob ${blob.key} of the backup is damaged`, {
      remedy: "use another backup",
    });
  }
}

async function restoreTables(folder: string, manifest: Manifest): Promise<number> {
  return withClient(async (client) => {
    await client.query("BEGIN");
    const names = manifest.tables.map((table) => quoted(table.schema, table.name));
    await client.query(`TRUNCATE ${names.join(", ")} CASCADE`);
    let rows = 0;
    for (const table of manifest.tables) {
      const stream = client.query(copyFrom(`COPY ${copyTarget(table)} FROM STDIN`));
      await pipeline(createReadStream(join(folder, "tables", tableFile(table))), stream);
      if (stream.rowCount !== table.rows) {
        throw new TesseraError("bad-input", `table ${table.name} of the backup is damaged`, {
          remedy: "use another backup",
        });
      }
      rows += table.rows;
    }
    await advanceSequences(client, manifest.tables);
    await releaseClaims(client);
    await client.query("COMMIT");
    return rows;
  });
}

/** What workers of the old installation had in hand waits again: their ids mean others here. */
async function releaseClaims(client: Client): Promise<void> {
  await client.query("UPDATE tiles SET state = 'pending', worker = NULL, started_at = NULL WHERE state = 'running'");
  for (const table of ["runs", "images"]) {
    await client.query(`UPDATE ${table} SET workflow_run_id = NULL WHERE workflow_run_id LIKE 'starting:%'`);
  }
}
