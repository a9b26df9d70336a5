import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Client } from "pg";
import { to as copyTo } from "pg-copy-streams";
import { databaseUrl } from "#db/client.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { blobStore } from "#lib/server/storage.ts";
import { type BackedUpTable, copyTarget, MANIFEST, type Manifest, tableFile } from "./manifest.ts";
import { installationTables } from "./tables.ts";

export type BackupSummary = { tables: number; rows: number; blobs: number; bytes: number };

/**
 * Writes the whole installation into `folder`: all tables as of one moment, then every blob (blobs are never changed once
 * written, so those that the tables name are there). The manifest comes last: a folder without one is no backup.
 */
export async function backUp(folder: string): Promise<BackupSummary> {
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0) {
    throw new TesseraError("bad-input", `${folder} is not empty`, { remedy: "name a new folder" });
  }
  const [tablesFolder, blobsFolder] = [join(folder, "tables"), join(folder, "blobs")];
  await mkdir(tablesFolder);
  try {
    return await write(folder, tablesFolder, blobsFolder);
  } catch (error) {
    for (const half of [tablesFolder, blobsFolder]) await rm(half, { recursive: true, force: true });
    throw error;
  }
}

async function write(folder: string, tablesFolder: string, blobsFolder: string): Promise<BackupSummary> {
  const { tables, migrations } = await copyTables(tablesFolder);
  const blobs = await copyBlobs(blobsFolder);
  const manifest: Manifest = { version: 1, migrations, tables, blobs };
  await writeFile(join(folder, MANIFEST), JSON.stringify(manifest, null, 1));
  const sum = (numbers: number[]): number => numbers.reduce((total, value) => total + value, 0);
  return {
    tables: tables.length,
    rows: sum(tables.map((table) => table.rows)),
    blobs: blobs.length,
    bytes: sum(blobs.map((blob) => blob.bytes)),
  };
}

async function copyTables(folder: string): Promise<{ tables: BackedUpTable[]; migrations: number }> {
  const client = new Client({ connectionString: databaseUrl() });
  await client.connect();
  try {
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const { rows } = await client.query<{ count: number }>(
      "SELECT count(*)::int AS count FROM drizzle.__drizzle_migrations",
    );
    const tables: BackedUpTable[] = [];
    for (const table of await installationTables(client)) {
      const source = { ...table, rows: 0 };
      const stream = client.query(copyTo(`COPY ${copyTarget(source)} TO STDOUT`));
      await pipeline(stream, createWriteStream(join(folder, tableFile(table))));
      tables.push({ ...source, rows: stream.rowCount });
    }
    await client.query("COMMIT");
    return { tables, migrations: rows[0]?.count ?? 0 };
  } finally {
    await client.end();
  }
}

async function copyBlobs(folder: string): Promise<Manifest["blobs"]> {
  const store = blobStore();
  const blobs: Manifest["blobs"] = [];
  for await (const { key } of store.list("")) {
    const target = join(folder, key);
    await mkdir(dirname(target), { recursive: true });
    const hash = createHash("sha256");
    let bytes = 0;
    const measured = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash.update(chunk);
        bytes += chunk.length;
        done(null, chunk);
      },
    });
    await pipeline(store.read(key), measured, createWriteStream(target));
    blobs.push({ key, bytes, sha256: hash.digest("hex") });
  }
  return blobs;
}
