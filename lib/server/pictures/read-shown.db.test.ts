import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { pool } from "#db/client.ts";
import { freshDatabase } from "#db/test-database.ts";
import { projectRoot } from "#lib/config/paths.ts";
import { createToken } from "../access/tokens.ts";
import { addImage } from "../images/add-image.ts";
import { readBands } from "../images/read-bands.ts";
import { prepareImage } from "../ingest/prepare-image.ts";
import { answerPicture } from "./answer-picture.ts";

freshDatabase();
let folder: string;
let token: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tessera-shown-"));
  process.env["TESSERA_DATA_DIR"] = folder;
  token = (await createToken({ name: "viewer", role: "viewer" }, "test")).token;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function ingest(name: string): Promise<string> {
  const source = createReadStream(join(projectRoot(), "lib", "imaging", "fixtures", name));
  const { image } = await addImage({ source, name }, "test");
  const moderation = { verdict: "pass", scores: {}, model: "local:nsfw", reason: null };
  await pool().query("UPDATE images SET moderation = $2 WHERE id = $1", [image.id, moderation]);
  expect(await prepareImage({ version: 1, imageId: image.id })).toEqual({ state: "ready" });
  return image.id;
}

async function ask(id: string, query: string, authorization?: string): Promise<Response> {
  const answer = await answerPicture({
    method: "GET",
    path: `/api/v1/images/${id}/tiles/0/0/0.png`,
    query: new URLSearchParams(query),
    headers: new Headers(authorization ? { authorization } : {}),
    signal: new AbortController().signal,
  });
  if (!answer) throw new Error("this is no picture's address");
  return new Response(answer.body === null ? null : Buffer.from(answer.body), answer);
}

it("gives a tile in the look that is asked for, to those who may see it, and nothing else", async () => {
  const id = await ingest("masked-bands.tif");
  const bearer = `Bearer ${token}`;
  expect(await readBands(id, 0)).toHaveLength(5);
  const tile = await ask(id, "show=4:0:9000:ffffff", bearer);
  expect(tile.status).toBe(200);
  expect(tile.headers.get("cache-control")).toContain("immutable");
  const other = await ask(id, "show=4:0:9001:ffffff", bearer);
  expect(other.headers.get("etag")).not.toBe(tile.headers.get("etag"));
  expect((await ask(id, "show=4:0:9000:ffffff")).status).toBe(401);
  expect((await ask(id, "show=9:0:9000:ffffff", bearer)).status).toBe(422);
  expect((await ask(id, "show=everything", bearer)).status).toBe(400);
  expect((await ask(id, "page=1&show=4:0:9000:ffffff", bearer)).status).toBe(404);
  await pool().query(
    `UPDATE images SET moderation = '{"verdict":"block","scores":{},"model":"m","reason":null}' WHERE id = $1`,
    [id],
  );
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect((await ask(id, "show=4:0:9000:ffffff", bearer)).status).toBe(404);
});

it("has no bands of a picture as it stands", async () => {
  const id = await ingest("masked-rgb.tif");
  expect(await readBands(id, 0)).toEqual([]);
  expect((await ask(id, "show=0:0:255:ffffff", `Bearer ${token}`)).status).toBe(404);
});
