import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import S3rver from "@20minutes/s3rver";
import sharp from "sharp";
import { afterAll, beforeAll, expect, it } from "vitest";
import { pool } from "#db/client.ts";
import { freshDatabase } from "#db/test-database.ts";
import { prepareImage } from "../ingest/prepare-image.ts";
import { blobStore } from "../storage.ts";
import { addImage } from "./add-image.ts";
import { pyramidReader } from "./pyramid-reader.ts";
import { readImage } from "./read-image.ts";
import { storedPyramid } from "./stored-pyramid.ts";

freshDatabase();
let folder: string;
let server: S3rver;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tessera-s3-"));
  server = new S3rver({
    address: "127.0.0.1",
    port: 0,
    directory: join(folder, "server"),
    silent: true,
    allowMismatchedSignatures: true,
    configureBuckets: [{ name: "pictures" }],
  });
  const { port } = await server.run();
  Object.assign(process.env, {
    TESSERA_DATA_DIR: join(folder, "data"),
    TESSERA_STORAGE_URL: `s3://pictures?endpoint=http://127.0.0.1:${port}`,
    AWS_ACCESS_KEY_ID: "S3RVER",
    AWS_SECRET_ACCESS_KEY: "S3RVER",
  });
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

async function* whole(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

it("a picture is ingested to an S3 server, and its tiles are read from there by ranges", async () => {
  const noise = { type: "gaussian", mean: 128, sigma: 40 } as const;
  const png = await sharp({ create: { width: 1300, height: 700, channels: 3, background: "#888", noise } })
    .png()
    .toBuffer();
  const { image } = await addImage({ source: whole(png), name: "noise.png" }, "test");
  const verdict = { verdict: "pass", scores: {}, model: "local:nsfw", reason: null };
  await pool().query("UPDATE images SET moderation = $2 WHERE id = $1", [image.id, JSON.stringify(verdict)]);
  await prepareImage({ version: 1, imageId: image.id });
  expect(await readImage(image.id)).toMatchObject({ state: "ready", width: 1300, height: 700 });

  // A process that has no copy of the pyramid reads a tile and a region, and has none afterwards.
  const copies = join(folder, "data", "s3", "copies");
  await rm(copies, { recursive: true });
  const tile = (await storedPyramid(image.sha256 ?? "", 0)).tile(0, 2, 1);
  const { width, height } = await sharp(await tile?.read()).metadata();
  expect([width, height]).toEqual([1300 - 1024, 700 - 512]);
  const reader = await pyramidReader({ sha256: image.sha256 ?? "" }, 0);
  const pixels = await reader.read({ x: 500, y: 200, width: 30, height: 20 });
  expect(pixels.data).toHaveLength(30 * 20 * 3);
  expect(await readdir(copies).catch(() => [])).toEqual([]);
  expect(await blobStore().stat(`originals/${image.sha256?.slice(0, 2)}/${image.sha256}`)).toMatchObject({
    bytes: png.length,
  });
});
