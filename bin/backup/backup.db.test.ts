import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { registerWorker } from "#db/queries/workers.ts";
import { makeDatabase } from "#db/test-database.ts";
import { blobStore } from "#lib/server/storage.ts";
import { uuidv7 } from "#lib/uuid.ts";
import { backUp } from "./back-up.ts";
import { MANIFEST } from "./manifest.ts";
import { restoreFrom } from "./restore.ts";

let folder: string;
let backup: string;
let source: Awaited<ReturnType<typeof makeDatabase>>;
const [imageId, runId] = [uuidv7(), uuidv7()];

async function on<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return work(client).finally(() => client.end());
}

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

/** An empty installation for one test. */
async function withTarget(work: (url: string) => Promise<void>): Promise<void> {
  const target = await makeDatabase();
  await work(target.url).finally(target.drop);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tessera-backup-"));
  process.env["TESSERA_DATA_DIR"] = folder;
  backup = join(folder, "backup");
  source = await makeDatabase();
  await on(source.url, async (client) => {
    await client.query(
      "INSERT INTO images (id, collection_id, name, state) SELECT $1, id, E'a\\tb\\\\\\n', 'ready' FROM collections",
      [imageId],
    );
    await client.query(
      `INSERT INTO runs (id, image_id, state, configuration, concurrency, created_by, workflow_run_id)
        VALUES ($1, $2, 'queued', '{}', 4, 'test', 'starting:3')`,
      [runId, imageId],
    );
    await client.query(
      `INSERT INTO tiles (run_id, index, page, x, y, width, height, read_width, read_height, state, worker, attempts)
        VALUES ($1, 0, 0, 0, 0, 9, 9, 9, 9, 'running', 3, 1)`,
      [runId],
    );
    await client.query(
      "INSERT INTO audit_log (actor, action, subject) SELECT 'test', 'test', n::text FROM generate_series(1, 20) n",
    );
  });
  await blobStore().put("originals/one", once("a picture"));
  await backUp(backup);
});
afterAll(async () => {
  await source.drop();
  await rm(folder, { recursive: true, force: true });
});

describe("a restored installation", () => {
  it("has every row and blob, and nothing in a dead worker's hands", async () => {
    await blobStore().delete("originals/one");
    await withTarget(async (url) => {
      await restoreFrom(backup);
      await on(url, async (client) => {
        const { rows } = await client.query(
          `SELECT images.name, runs.workflow_run_id, tiles.state, tiles.worker, tiles.attempts
            FROM images JOIN runs ON image_id = images.id JOIN tiles ON run_id = runs.id`,
        );
        expect(rows).toEqual([
          { name: "a\tb\\\n", workflow_run_id: null, state: "pending", worker: null, attempts: 1 },
        ]);
        const next = "INSERT INTO audit_log (actor, action, subject) VALUES ('test', 'test', 'next') RETURNING id";
        expect((await client.query(next)).rows).toEqual([{ id: "21" }]);
      });
    });
    expect(await text(blobStore().read("originals/one"))).toBe("a picture");
  });

  it("is not put over one that is used", async () => {
    await withTarget(async (url) => {
      await on(url, (client) =>
        client.query(
          "INSERT INTO images (id, collection_id, name, state) SELECT $1, id, 'mine', 'ready' FROM collections",
          [uuidv7()],
        ),
      );
      await expect(restoreFrom(backup)).rejects.toThrow("not empty");
    });
  });

  it("is not put under a server that works", async () => {
    await withTarget((url) =>
      on(url, async (client) => {
        await registerWorker(client, { pid: 1, host: "elsewhere" });
        await expect(restoreFrom(backup)).rejects.toThrow("a server works on this installation");
      }),
    );
  });

  it("is all or nothing: a table that ends early leaves no row behind", async () => {
    const file = join(backup, "tables", "public.tiles.copy");
    const whole = await readFile(file);
    await writeFile(file, "");
    await withTarget(async (url) => {
      await expect(restoreFrom(backup)).rejects.toThrow("table tiles of the backup is damaged");
      expect((await on(url, (client) => client.query("SELECT 1 FROM images"))).rows).toEqual([]);
    });
    await writeFile(file, whole);
  });

  it("is not made of a newer release's backup, or of a folder that is none", async () => {
    const file = join(backup, MANIFEST);
    const whole = await readFile(file, "utf8");
    await withTarget(async () => {
      await writeFile(file, JSON.stringify({ ...JSON.parse(whole), migrations: 10_000 }));
      await expect(restoreFrom(backup)).rejects.toThrow("newer release");
      await writeFile(file, whole.slice(0, 40));
      await expect(restoreFrom(backup)).rejects.toThrow("is damaged");
      await expect(restoreFrom(folder)).rejects.toThrow("holds no backup");
    });
    await writeFile(file, whole);
  });
});

describe("a backup", () => {
  it("leaves nothing behind that could be taken for one where it fails", async () => {
    const target = join(folder, "failed");
    process.env["DATABASE_URL"] = source.url.replace(/[^/]+$/, "postgres");
    await expect(backUp(target)).rejects.toThrow();
    expect(await readdir(target)).toEqual([]);
    process.env["DATABASE_URL"] = source.url;
  });

  it("is not written over what is there", async () => {
    await expect(backUp(backup)).rejects.toThrow("is not empty");
  });
});
