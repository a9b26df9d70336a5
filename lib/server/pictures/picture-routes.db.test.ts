import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pool } from "#db/client.ts";
import { freshDatabase } from "#db/test-database.ts";
import { signOut } from "../access/authenticate.ts";
import { RECENT_MS } from "../access/recent-answers.ts";
import { createOwnerSignInLink, redeemSignInLink } from "../access/sign-in.ts";
import { createToken, endToken } from "../access/tokens.ts";
import { addImage } from "../images/add-image.ts";
import { deleteImage } from "../images/change-image.ts";
import { prepareImage } from "../ingest/prepare-image.ts";
import { answerPicture } from "./answer-picture.ts";

freshDatabase();
let folder: string;
let token: string;
let imageId: string;

/** 1100 × 700 px, the left half red, the right half blue, ingested but for moderation's own judgement. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tessera-tiles-"));
  process.env["TESSERA_DATA_DIR"] = folder;
  token = (await createToken({ name: "viewer", role: "viewer" }, "test")).token;
  const half = { width: 550, height: 700, channels: 3 as const };
  const red = await sharp({ create: { ...half, background: "#d02020" } })
    .png()
    .toBuffer();
  const picture = await sharp({ create: { ...half, width: 1100, background: "#2020d0" } })
    .composite([{ input: red, left: 0, top: 0 }])
    .png()
    .toBuffer();
  const source = (async function* () {
    yield picture;
  })();
  imageId = (await addImage({ source, name: "halves.png" }, "test")).image.id;
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function ask(path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Response> {
  const request = new Headers({ authorization: `Bearer ${token}`, ...headers });
  if (headers["authorization"] === "") request.delete("authorization");
  const answer = await answerPicture({
    method,
    path: `/api/v1/images/${imageId}/${path}`,
    query: new URLSearchParams(),
    headers: request,
    signal: new AbortController().signal,
  });
  if (!answer) throw new Error(`${path} is no picture's address`);
  return new Response(answer.body === null ? null : Buffer.from(answer.body), answer);
}

function tile(level: string, x: string, file: string, headers: Record<string, string> = {}): Promise<Response> {
  return ask(`tiles/${level}/${x}/${file}`, headers);
}

function thumbnail(): Promise<Response> {
  return ask("thumbnail");
}

describe("the pictures of an image", () => {
  it("are shown to nobody before moderation has let it pass and the pyramid stands", async () => {
    expect((await tile("0", "0", "0.jpg")).status).toBe(404);
    expect((await thumbnail()).status).toBe(404);
    expect((await ask("mask")).status).toBe(404);
  });

  it("are tiles of 512 px, partial at the edges, halved and rounded up at each level", async () => {
    const moderation = { verdict: "pass", scores: {}, model: "local:nsfw", reason: null };
    await pool().query("UPDATE images SET moderation = $2 WHERE id = $1", [imageId, moderation]);
    expect(await prepareImage({ version: 1, imageId })).toEqual({ state: "ready" });
    const sizeOf = async (level: string, x: string, file: string) => {
      const response = await tile(level, x, file);
      if (response.status !== 200) return response.status;
      const { width, height } = await sharp(await response.arrayBuffer()).metadata();
      return [width, height];
    };
    expect(await sizeOf("0", "0", "0.jpg")).toEqual([512, 512]);
    expect(await sizeOf("0", "2", "1.jpg")).toEqual([76, 188]);
    expect(await sizeOf("1", "1", "0.png")).toEqual([38, 350]);
    expect(await sizeOf("2", "0", "0.jpg")).toEqual([275, 175]);
    for (const [level, x, file] of [
      ["0", "3", "0.jpg"],
      ["0", "0", "2.jpg"],
      ["9", "0", "0.jpg"],
      ["0", "0", "0.gif"],
    ]) {
      expect(await sizeOf(level ?? "", x ?? "", file ?? "")).toBe(404);
    }
  });

  it("show what the source shows", async () => {
    const bytes = await (await tile("0", "1", "0.jpg")).arrayBuffer();
    const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const at = (x: number) => [...data.subarray(x * info.channels, x * info.channels + 3)];
    expect(at(5)[0]).toBeGreaterThan(190);
    expect(at(500)[2]).toBeGreaterThan(190);
    expect((await sharp(await (await thumbnail()).arrayBuffer()).metadata()).format).toBe("webp");
  });

  it("are what their address says, as they are stored or made from it", async () => {
    for (const [file, mediaType] of [
      ["0.webp", "image/webp"],
      ["0.jpg", "image/jpeg"],
      ["0.jpeg", "image/jpeg"],
      ["0.png", "image/png"],
    ] as const) {
      const response = await tile("0", "1", file);
      expect(response.headers.get("content-type")).toBe(mediaType);
      const { format, width, height } = await sharp(await response.arrayBuffer()).metadata();
      expect([`image/${format}`, width, height]).toEqual([mediaType, 512, 512]);
    }
  });

  it("are kept by the browser, by a tag that tells tiles apart", async () => {
    const first = await tile("0", "0", "0.jpg");
    const etag = first.headers.get("etag") ?? "";
    expect(etag).toMatch(/^"[^"]+"$/);
    expect(first.headers.get("cache-control")).toBe("private, max-age=31536000, immutable");
    const again = await tile("0", "0", "0.jpg", { "if-none-match": `"other", ${etag}` });
    expect([again.status, await again.text(), again.headers.get("etag")]).toEqual([304, "", etag]);
    expect((await tile("0", "1", "0.jpg", { "if-none-match": etag })).status).toBe(200);
  });

  it("are told of without being read, by HEAD, and by no other method", async () => {
    const whole = await tile("0", "0", "0.webp");
    const head = await ask("tiles/0/0/0.webp", {}, "HEAD");
    expect([head.status, await head.text()]).toEqual([200, ""]);
    expect(head.headers.get("content-length")).toBe(String((await whole.arrayBuffer()).byteLength));
    expect(head.headers.get("etag")).toBe(whole.headers.get("etag"));
    const post = await ask("tiles/0/0/0.jpg", {}, "POST");
    expect([post.status, post.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  });

  it("are for those who may see the image", async () => {
    const strangers = await tile("0", "0", "0.jpg", { authorization: "Bearer tsr_nonsense" });
    expect([strangers.status, strangers.headers.get("content-type")]).toEqual([401, "application/problem+json"]);
    expect(strangers.headers.get("cache-control")).toBe("no-store");
    const other = await createToken({ name: "short-lived", role: "viewer" }, "test");
    const authorization = `Bearer ${other.token}`;
    expect((await tile("0", "0", "0.jpg", { authorization })).status).toBe(200);
    await endToken(other.id, "test");
    expect((await tile("0", "0", "0.jpg", { authorization })).status).toBe(401);
    const { session } = (await redeemSignInLink((await createOwnerSignInLink()).path.split("=")[1] ?? "")) ?? {};
    const signedIn = { authorization: "", cookie: `tessera_session=${session}` };
    expect((await ask("thumbnail", signedIn)).status).toBe(200);
    await signOut(signedIn.cookie);
    expect((await ask("thumbnail", signedIn)).status).toBe(401);
  });

  it("are gone as soon as the image is deleted, and soon after another process has blocked it", async () => {
    const statuses = async () => [(await tile("0", "0", "0.jpg")).status, (await thumbnail()).status];
    expect(await statuses()).toEqual([200, 200]);
    await deleteImage(imageId, "test");
    expect(await statuses()).toEqual([404, 404]);
    await pool().query("UPDATE images SET deleted_at = NULL WHERE id = $1", [imageId]);
    expect(await statuses()).toEqual([200, 200]);
    await pool().query("UPDATE images SET state = 'blocked' WHERE id = $1", [imageId]);
    await wait(RECENT_MS + 10);
    expect(await statuses()).toEqual([404, 404]);
    await pool().query("UPDATE images SET state = 'ready', moderation = NULL WHERE id = $1", [imageId]);
    expect(await statuses()).toEqual([404, 404]);
  });
});
