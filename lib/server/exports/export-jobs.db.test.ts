import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { POST as askSet, GET as listSets } from "#app/api/v1/collections/[collectionId]/exports/route.ts";
import { GET as readFile } from "#app/api/v1/exports/[exportId]/file/route.ts";
import { DELETE, GET as readJob } from "#app/api/v1/exports/[exportId]/route.ts";
import { GET as list, POST } from "#app/api/v1/images/[imageId]/exports/route.ts";
import { pool } from "#db/client.ts";
import { readAudit } from "#db/queries/audit.ts";
import { insertExport, letGoOfExport, takeExport } from "#db/queries/exports.ts";
import { freshDatabase } from "#db/test-database.ts";
import { exportJobSchema } from "#lib/core/api/exports.ts";
import { uuidv7 } from "#lib/uuid.ts";
import { createToken } from "../access/tokens.ts";
import { detect, imageWithRun } from "../findings/finding-fixtures.ts";
import { addCollection } from "../images/collections.ts";
import { blobStore } from "../storage.ts";
import { startWorker, stopWorker, workerId } from "../workers/worker.ts";
import { expireExports } from "./export-jobs.ts";
import { exportBlob } from "./kept-file.ts";
import { startExportWriter, stopExportWriter } from "./write-exports.ts";

freshDatabase();
let folder: string;
const tokens: Record<string, string> = {};
let place: { imageId: string; runId: string };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tessera-exports-"));
  process.env["TESSERA_DATA_DIR"] = folder;
  for (const role of ["viewer", "reviewer"] as const)
    tokens[role] = (await createToken({ name: role, role }, "test")).token;
  await startWorker();
  place = await imageWithRun();
  await pool().query(`UPDATE runs SET configuration = '{"classes": []}'`);
  await detect(
    place,
    Array.from({ length: 3000 }, (_, index) => ({ x: index, label: index % 2 ? "car" : "bus" })),
  );
});
afterAll(async () => {
  await stopExportWriter();
  await stopWorker();
  await rm(folder, { recursive: true });
});

type Handler = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response>;

function call(handler: Handler, params: Record<string, string>, init: RequestInit = {}, who = "viewer") {
  const headers = { authorization: `Bearer ${tokens[who]}`, "content-type": "application/json", ...init.headers };
  const request = new Request("http://127.0.0.1:3000/api/v1/x", { ...init, headers });
  return handler(request, { params: Promise.resolve(params) });
}

async function ask(body: Record<string, unknown>) {
  const response = await call(POST, { imageId: place.imageId }, { method: "POST", body: JSON.stringify(body) });
  expect(response.status).toBe(201);
  return exportJobSchema.parse(await response.json());
}

async function ready(id: string) {
  return vi.waitFor(async () => {
    const job = exportJobSchema.parse(await (await call(readJob, { exportId: id })).json());
    expect(job).toMatchObject({ state: "ready", error: null });
    return job;
  }, 5000);
}

it("is written in the background, listed with the image, and fetched in parts", async () => {
  const waiting = await ask({ format: "csv", run: place.runId });
  expect(waiting).toMatchObject({ state: "queued", total: null, path: null });
  expect((await call(readFile, { exportId: waiting.id })).status).toBe(409);
  expect(await readAudit(pool(), `image:${place.imageId}`)).toMatchObject([{ action: "export" }]);

  startExportWriter();
  const job = await ready(waiting.id);
  expect(job).toMatchObject({ total: 3000, written: 3000, losses: [], fileName: "plain.csv" });
  const whole = await call(readFile, { exportId: job.id });
  const bytes = Buffer.from(await whole.arrayBuffer());
  expect(bytes.toString().split("\r\n")).toHaveLength(3002);
  expect(createHash("sha256").update(bytes).digest("hex")).toBe(job.sha256);
  expect(bytes.length).toBe(job.bytes);

  const etag = String(whole.headers.get("etag"));
  const first = await call(readFile, { exportId: job.id }, { headers: { range: "bytes=0-999" } });
  expect(first.status).toBe(206);
  const rest = await call(readFile, { exportId: job.id }, { headers: { range: "bytes=1000-", "if-range": etag } });
  expect(rest.headers.get("content-range")).toBe(`bytes 1000-${bytes.length - 1}/${bytes.length}`);
  expect(Buffer.concat([await first.bytes(), await rest.bytes()])).toEqual(bytes);
  const changed = await call(
    readFile,
    { exportId: job.id },
    { headers: { range: "bytes=1000-", "if-range": '"other"' } },
  );
  expect(changed.status).toBe(200);
  expect((await call(readFile, { exportId: job.id }, { headers: { range: "bytes=99999999-" } })).status).toBe(416);
  expect((await (await call(list, { imageId: place.imageId })).json()).items).toMatchObject([
    { id: job.id, state: "ready" },
  ]);
});

it("goes on where a process died: another takes it, and who lost it changes nothing any more", async () => {
  const { imageId } = place;
  await stopExportWriter();
  const row = {
    id: uuidv7(),
    imageId,
    collectionId: null,
    runId: null,
    query: { format: "coco", space: "pixel" } as const,
    createdBy: "test",
  };
  await insertExport(pool(), { ...row, keepSeconds: 60 });
  const dead = 1_000_000;
  expect(await takeExport(pool(), dead)).toMatchObject({ id: row.id, attempts: 1 });
  expect(await takeExport(pool(), workerId())).toMatchObject({ id: row.id, attempts: 2 });
  await letGoOfExport(pool(), { id: row.id, worker: dead, attempts: 1 });
  await pool().query("UPDATE exports SET worker = $1", [dead]);
  startExportWriter();
  expect(await ready(row.id)).toMatchObject({ total: 3000 });
});

it("says why it failed, and is refused at once where that can be known", async () => {
  const { imageId } = place;
  const id = uuidv7();
  const query = { format: "gone", space: "pixel" } as const;
  await insertExport(pool(), {
    id,
    imageId,
    collectionId: null,
    runId: null,
    query,
    createdBy: "test",
    keepSeconds: 60,
  });
  startExportWriter();
  await vi.waitFor(async () => {
    const job = await (await call(readJob, { exportId: id })).json();
    expect(job).toMatchObject({ state: "failed", error: expect.stringContaining("is not a format") });
  }, 5000);
  const refused = await call(POST, { imageId }, { method: "POST", body: '{"format":"xls"}' });
  expect(refused.status).toBe(422);
});

it("is of several runs of its image, or of one of them, however that one is named", async () => {
  const { rows } = await pool().query(
    `INSERT INTO runs (id, image_id, state, configuration, concurrency, created_by)
      SELECT gen_random_uuid(), image_id, 'completed', configuration, 1, 'test' FROM runs WHERE id = $1 RETURNING id`,
    [place.runId],
  );
  const other = rows[0].id;
  await detect({ imageId: place.imageId, runId: other }, [{ label: "car" }, { label: "van" }]);
  const one = await ask({ format: "csv", run: [other, other] });
  expect(one).toMatchObject({ runId: other, runs: null });
  const both = await ask({ format: "csv", run: [other, place.runId] });
  expect(both).toMatchObject({ runId: null, runs: [other, place.runId] });
  expect(await ready(one.id)).toMatchObject({ total: 2, runId: other });
  expect(await ready(both.id)).toMatchObject({ total: 3002, runs: [other, place.runId] });
});

it("is of a collection as one set, listed there and not with its pictures", async () => {
  const collectionId = (await addCollection({ name: "Survey", providers: ["local"], defaults: {} }, "test")).id;
  const { imageId, runId } = await imageWithRun();
  await pool().query("UPDATE images SET collection_id = $1 WHERE id = $2", [collectionId, imageId]);
  await pool().query("UPDATE runs SET state = 'completed' WHERE id = $1", [runId]);
  await detect({ imageId, runId }, [{ x: 1 }, { x: 100, label: "bus" }]);
  const init = { method: "POST", body: JSON.stringify({ format: "coco" }) };
  const asked = exportJobSchema.parse(await (await call(askSet, { collectionId }, init)).json());
  expect(asked).toMatchObject({ imageId: null, collectionId, state: "queued" });
  expect(await readAudit(pool(), `collection:${collectionId}`)).toMatchObject([
    { action: "add-collection" },
    { action: "export" },
  ]);
  const job = await ready(asked.id);
  expect(job).toMatchObject({ total: 2, written: 2, fileName: "Survey.coco.json" });
  const { annotations } = await (await call(readFile, { exportId: job.id })).json();
  expect(annotations).toHaveLength(2);
  expect((await (await call(listSets, { collectionId })).json()).items).toMatchObject([{ id: job.id, state: "ready" }]);
  expect((await (await call(list, { imageId })).json()).items).toEqual([]);
  const unknown = { method: "POST", body: JSON.stringify({ format: "pdf" }) };
  expect((await call(askSet, { collectionId }, unknown)).status).toBe(422);
  expect((await call(askSet, { collectionId: uuidv7() }, init)).status).toBe(404);
});

it("is gone with its file when it is removed, its time is over or nobody knows it", async () => {
  const removed = await ready((await ask({ format: "w3c" })).id);
  expect((await call(DELETE, { exportId: removed.id }, { method: "DELETE" })).status).toBe(404);
  expect((await call(DELETE, { exportId: removed.id }, { method: "DELETE" }, "reviewer")).status).toBe(204);
  expect(await blobStore().stat(exportBlob(removed.id))).toBeNull();
  expect((await call(readFile, { exportId: removed.id })).status).toBe(404);

  const old = await ready((await ask({ format: "voc" })).id);
  const stray = uuidv7();
  await blobStore().put(
    exportBlob(stray),
    (async function* () {
      yield Buffer.from("x");
    })(),
  );
  await pool().query("UPDATE exports SET expires_at = now() - interval '1 second' WHERE id = $1", [old.id]);
  expect(await expireExports()).toBe(1);
  for (const id of [old.id, stray]) expect(await blobStore().stat(exportBlob(id))).toBeNull();
});
