import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DELETE, GET, HEAD, PATCH } from "#app/api/v1/uploads/[uploadId]/route.ts";
import { GET as list, OPTIONS, POST } from "#app/api/v1/uploads/route.ts";
import { pool } from "#db/client.ts";
import { noteUploadHash } from "#db/queries/uploads.ts";
import { freshDatabase } from "#db/test-database.ts";
import { IMAGE_BLOBS } from "#lib/storage/image-blobs.ts";
import { createToken } from "../access/tokens.ts";
import { blobStore, uploadStaging } from "../storage.ts";
import { expireUploads } from "./expiry.ts";
import { forgetHash } from "./running-hash.ts";

const HERE = "http://127.0.0.1:3000";
freshDatabase();
let folder: string;
const tokens: Record<string, string> = {};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tessera-uploads-"));
  Object.assign(process.env, { TESSERA_DATA_DIR: folder, TESSERA_MAX_UPLOAD_BYTES: "2000000" });
  // Two tokens of one name: what belongs to one must not show to the other.
  for (const [who, role] of [
    ["ann", "operator"],
    ["bob", "operator"],
    ["vic", "viewer"],
  ] as const) {
    tokens[who] = (await createToken({ name: "robot", role }, "test")).token;
  }
});
afterAll(() => rm(folder, { recursive: true }));

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest();
const hex = (bytes: Uint8Array) => sha256(bytes).toString("hex");

/** A picture of noise, which no other call makes. */
async function picture(side = 40): Promise<Buffer> {
  const noise = { type: "gaussian", mean: 128, sigma: 40 } as const;
  const text = Buffer.from(randomBytes(8).toString("hex"));
  const png = await sharp({ create: { width: side, height: side, channels: 3, background: "#888", noise } })
    .png()
    .toBuffer();
  return Buffer.concat([png, text]);
}

type Handler = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response>;

async function call(handler: Handler, path: string, init: RequestInit & { duplex?: "half" } = {}, who = "ann") {
  const headers = new Headers(init.headers);
  headers.set("authorization", `Bearer ${tokens[who]}`);
  if (!headers.has("tus-resumable")) headers.set("tus-resumable", "1.0.0");
  const method = handler === GET || handler === list ? "GET" : (init.method ?? "POST");
  const uploadId = path.split("/")[4] ?? "";
  return handler(new Request(`${HERE}${path}`, { ...init, method, headers }), {
    params: Promise.resolve({ uploadId }),
  });
}

const encode = (metadata: Record<string, string>) =>
  Object.entries(metadata)
    .map(([key, value]) => `${key} ${Buffer.from(value).toString("base64")}`)
    .join(",");

/** Begins an upload; its address. */
async function begin(bytes: number, metadata: Record<string, string> = {}): Promise<string> {
  const headers = {
    "upload-length": String(bytes),
    ...(Object.keys(metadata).length > 0 && { "upload-metadata": encode(metadata) }),
  };
  const response = await call(POST, "/api/v1/uploads", { headers });
  expect(response.status).toBe(201);
  return response.headers.get("location") ?? "";
}

const patch = (path: string, offset: number, body: BodyInit, headers: Record<string, string> = {}, who = "ann") =>
  call(
    PATCH,
    path,
    {
      method: "PATCH",
      body,
      duplex: "half",
      headers: { "upload-offset": String(offset), "content-type": "application/offset+octet-stream", ...headers },
    },
    who,
  );

async function offsetAt(path: string): Promise<number> {
  const response = await call(HEAD, path, { method: "HEAD" });
  expect(response.status).toBe(200);
  expect(response.headers.get("cache-control")).toBe("no-store");
  return Number(response.headers.get("upload-offset"));
}

const idIn = (path: string): string => path.split("/")[4] ?? "";

async function* whole(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

const whatBecame = async (path: string) => (await call(GET, path)).json();

/** Files below the store, without folders. */
async function files(): Promise<string[]> {
  const entries = await readdir(join(folder, "blobs"), { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

/** Bytes whose line breaks after `bytes`. */
function broken(whole: Uint8Array, bytes: number): ReadableStream<Uint8Array> {
  let sent = 0;
  return new ReadableStream({
    pull(controller) {
      if (sent >= bytes) controller.error(new Error("the line went dead"));
      else controller.enqueue(whole.subarray(sent, Math.min(sent + 1000, bytes)));
      sent += 1000;
    },
  });
}

describe("a resumable upload", () => {
  it("becomes an image that has the name, the collection and the hash", async () => {
    const bytes = await picture();
    const path = await begin(bytes.length, { filename: "a/b/slide.png", collection: "Case 7", sha256: hex(bytes) });
    const response = await patch(path, 0, new Uint8Array(bytes));
    expect(response.status).toBe(204);
    const [id] = response.headers.get("content-location")?.split("/").slice(-1) ?? [];
    const { rows } = await pool().query(
      `SELECT i.name, i.sha256, i.bytes::int, c.name AS collection FROM images i JOIN collections c ON c.id = collection_id
        WHERE i.id = $1`,
      [id],
    );
    expect(rows).toEqual([{ name: "slide.png", sha256: hex(bytes), bytes: bytes.length, collection: "Case 7" }]);
    expect(await whatBecame(path)).toMatchObject({ state: "stored", imageId: id, offset: bytes.length });
    expect(await offsetAt(path)).toBe(bytes.length);
    expect(await files()).toEqual([hex(bytes)]);
  });

  it("goes on where the line broke, also in another process", async () => {
    const bytes = await picture(750);
    const path = await begin(bytes.length, { sha256: hex(bytes) });
    await patch(path, 0, broken(bytes, 1_200_000));
    const offset = await offsetAt(path);
    // What lay in the request's own streams is lost with it.
    expect(offset).toBeGreaterThan(500_000);
    expect(offset).toBeLessThanOrEqual(1_200_000);
    expect(await (await call(list, "/api/v1/uploads")).json()).toMatchObject({ items: [{ offset }] });
    // Another process has no hash of the first part in hand.
    forgetHash(idIn(path));
    expect((await patch(path, offset, new Uint8Array(bytes.subarray(offset)))).status).toBe(204);
    expect(await whatBecame(path)).toMatchObject({ state: "stored", sha256: hex(bytes) });
  });

  it("is the image that is there already where the bytes are the same", async () => {
    const bytes = await picture();
    const [first, second] = [await begin(bytes.length), await begin(bytes.length)];
    await Promise.all([patch(first, 0, new Uint8Array(bytes)), patch(second, 0, new Uint8Array(bytes))]);
    expect((await whatBecame(first)).imageId).toBe((await whatBecame(second)).imageId);
  });

  it("refuses other bytes than were stated, before or with the last byte, and leaves nothing of them", async () => {
    const before = await files();
    const bytes = await picture();
    const stated = await begin(bytes.length, { sha256: hex(Buffer.from("other")) });
    const response = await patch(stated, 0, new Uint8Array(bytes));
    expect(response.status).toBe(422);
    expect((await response.json()).detail).toContain("what arrived is not what was sent");
    expect(await whatBecame(stated)).toMatchObject({ state: "refused", imageId: null, refusal: { code: "bad-input" } });

    const late = await begin(bytes.length);
    const digest = (content: Uint8Array) => ({ "repr-digest": `sha-256=:${sha256(content).toString("base64")}:` });
    expect((await patch(late, 0, new Uint8Array(bytes), digest(Buffer.from("other")))).status).toBe(422);
    expect(await files()).toEqual(before);

    const good = await begin(bytes.length);
    expect((await patch(good, 0, new Uint8Array(bytes), digest(bytes))).status).toBe(204);
  });

  it("refuses what is no picture, with the reason, and leaves nothing of it", async () => {
    const before = await files();
    const path = await begin(2000);
    const response = await patch(path, 0, new Uint8Array(randomBytes(2000)));
    expect(response.status).toBe(422);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await whatBecame(path)).toMatchObject({ state: "refused", refusal: { code: "unsupported-image" } });
    expect(await files()).toEqual(before);
    expect((await patch(path, 2000, new Uint8Array())).status).toBe(409);
  });

  it("belongs to who began it; a viewer may begin none", async () => {
    const path = await begin(1000);
    expect((await patch(path, 0, new Uint8Array(10), {}, "bob")).status).toBe(404);
    for (const [handler, method] of [
      [HEAD, "HEAD"],
      [GET, "GET"],
      [DELETE, "DELETE"],
    ] as const) {
      expect((await call(handler, path, { method }, "bob")).status).toBe(404);
    }
    expect((await (await call(list, "/api/v1/uploads", {}, "bob")).json()).items).toEqual([]);
    expect((await call(POST, "/api/v1/uploads", { headers: { "upload-length": "10" } }, "vic")).status).toBe(404);
    expect(await offsetAt(path)).toBe(0);
  });

  it("ends on request, with what had come of it", async () => {
    const before = await files();
    const path = await begin(1000);
    await patch(path, 0, new Uint8Array(10));
    expect((await call(DELETE, path, { method: "DELETE" })).status).toBe(204);
    expect((await call(HEAD, path, { method: "HEAD" })).status).toBe(404);
    expect(await files()).toEqual(before);
  });

  it("is removed when nothing was heard of it for a week", async () => {
    const [old, fresh] = [await begin(1000), await begin(1000)];
    const response = await call(HEAD, old, { method: "HEAD" });
    expect(response.status).toBe(200);
    await pool().query("UPDATE uploads SET touched_at = now() - interval '8 days' WHERE id = $1", [idIn(old)]);
    expect((await patch(old, 0, new Uint8Array(10))).status).toBe(404);
    expect(await expireUploads()).toBe(1);
    expect((await call(GET, old)).status).toBe(404);
    expect(await uploadStaging().size(idIn(old))).toBeNull();
    expect(await offsetAt(fresh)).toBe(0);
  });

  it("speaks the protocol: version, offsets, sizes, metadata, types", async () => {
    const headers = { "upload-length": "10" };
    const wrongVersion = await call(POST, "/api/v1/uploads", { headers: { ...headers, "tus-resumable": "0.2.2" } });
    expect([wrongVersion.status, wrongVersion.headers.get("tus-version")]).toEqual([412, "1.0.0"]);
    const large = await call(POST, "/api/v1/uploads", { headers: { "upload-length": "2000001" } });
    expect([large.status, (await large.json()).code]).toEqual([413, "too-large"]);
    expect((await call(POST, "/api/v1/uploads")).status).toBe(400);
    for (const metadata of [{ sha256: "abc" }, { filename: "x".repeat(2000) }]) {
      const bad = { ...headers, "upload-metadata": encode(metadata) };
      expect((await call(POST, "/api/v1/uploads", { headers: bad })).status).toBe(400);
    }
    const path = await begin(10, { filename: "ä ß.tif", extra: "kept" });
    const head = await call(HEAD, path, { method: "HEAD" });
    expect(head.headers.get("upload-metadata")).toBe(encode({ filename: "ä ß.tif", extra: "kept" }));
    expect(head.headers.get("access-control-allow-origin")).toBeNull();
    expect((await patch(path, 3, new Uint8Array(5))).status).toBe(409);
    expect((await patch(path, 0, new Uint8Array(5), { "content-type": "text/plain" })).status).toBe(400);
    expect((await patch(path, 0, new Uint8Array(11), { "content-length": "11" })).status).toBe(413);
    expect(await offsetAt(path)).toBe(0);
    const options = await call(OPTIONS, "/api/v1/uploads", { method: "OPTIONS" });
    expect(options.headers.get("tus-extension")).toBe("creation,creation-with-upload,termination,expiration");
    expect(options.headers.get("tus-max-size")).toBe("2000000");
  });

  it("is finished by asking what became of it where the process died over the checks", async () => {
    const bytes = await picture();
    // Died before the hash was known: all bytes are in the file.
    const early = await begin(bytes.length);
    await uploadStaging().append(idIn(early), 0, whole(bytes), () => undefined);
    expect(await whatBecame(early)).toMatchObject({ state: "stored", sha256: hex(bytes) });
    // Died between the move and the image.
    const other = await picture();
    const late = await begin(other.length);
    await uploadStaging().append(idIn(late), 0, whole(other), () => undefined);
    await noteUploadHash(pool(), idIn(late), hex(other));
    await blobStore().adopt(uploadStaging().path(idIn(late)), IMAGE_BLOBS.original(hex(other)));
    expect(await whatBecame(late)).toMatchObject({ state: "stored", sha256: hex(other) });
  });

  it("is not known any more where its file is gone", async () => {
    const path = await begin(1000);
    await uploadStaging().remove(idIn(path));
    expect((await call(HEAD, path, { method: "HEAD" })).status).toBe(404);
  });

  it("lets a second request go on where the first hangs, with what that had brought", async () => {
    const bytes = await picture();
    const path = await begin(bytes.length);
    const hanging = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new Uint8Array(bytes.subarray(0, 500))),
    });
    const first = patch(path, 0, hanging);
    // The piece lies in the request's own streams by then; it is in the file once the request is told to stop.
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await offsetAt(path)).toBe(500);
    await first;
    expect((await patch(path, 500, new Uint8Array(bytes.subarray(500)))).status).toBe(204);
    expect(await whatBecame(path)).toMatchObject({ state: "stored", sha256: hex(bytes) });
  });
});
