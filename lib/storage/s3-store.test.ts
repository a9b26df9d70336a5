import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import S3rver from "@20minutes/s3rver";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ManagedStore } from "./blob-store.ts";
import { createLocalCache } from "./local-cache.ts";
import { openBlobStore, openStaging } from "./open-store.ts";
import { parseS3Address } from "./s3-address.ts";

/** Against an S3 server over HTTP, which checks keys; it forgets the slash that the client signs when it lists a bucket. */
const KEYS = { AWS_ACCESS_KEY_ID: "S3RVER", AWS_SECRET_ACCESS_KEY: "S3RVER" };

let root: string;
let server: S3rver;
let url: string;
let dataDir: string;
let store: ManagedStore;

beforeAll(async () => {
  Object.assign(process.env, KEYS);
  root = await mkdtemp(join(tmpdir(), "s3-"));
  server = new S3rver({
    address: "127.0.0.1",
    port: 0,
    directory: join(root, "server"),
    silent: true,
    allowMismatchedSignatures: true,
    configureBuckets: [{ name: "pictures" }],
  });
  const { port } = await server.run();
  url = `s3://pictures/case-7?endpoint=${encodeURIComponent(`http://127.0.0.1:${port}`)}&region=eu-west-1`;
});
afterAll(async () => {
  await server.close();
  await rm(root, { recursive: true, force: true });
});
beforeEach(async () => {
  dataDir = await mkdtemp(join(root, "data-"));
  store = openBlobStore(url, dataDir);
});
afterEach(async () => {
  for (const { key } of await collect(store.list(""))) await store.delete(key);
});

async function* chunks(...parts: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield typeof part === "string" ? Buffer.from(part) : part;
}

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of source) all.push(item);
  return all;
}

const hex = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const keys = async (prefix: string): Promise<string[]> => (await collect(store.list(prefix))).map(({ key }) => key);

describe("an S3 store", () => {
  it("gives back what was put, also in many parts, and any range of it", async () => {
    for (const size of [0, 1, 70_000, 40_000_000]) {
      const whole = randomBytes(size);
      const put = await store.put("a/b.bin", chunks(whole.subarray(0, size / 2), whole.subarray(size / 2)));
      expect(put).toEqual({ bytes: size, sha256: hex(whole) });
      expect(await store.stat("a/b.bin")).toEqual({ key: "a/b.bin", bytes: size });
      expect(Buffer.concat(await collect(store.read("a/b.bin"))).equals(whole)).toBe(true);
      expect((await readFile(await store.localPath("a/b.bin"))).equals(whole)).toBe(true);
    }
    const whole = Buffer.concat(await collect(store.read("a/b.bin")));
    for (const [offset, length] of [
      [0, 10],
      [16 * 1024 * 1024 - 5, 10],
      [39_999_990, 100],
    ] as const) {
      expect((await store.readRange("a/b.bin", offset, length)).equals(whole.subarray(offset, offset + length))).toBe(
        true,
      );
    }
    expect(await store.readRange("a/b.bin", 50_000_000, 5)).toHaveLength(0);
    const part = Buffer.concat(await collect(store.read("a/b.bin", { start: 2, end: 4 })));
    expect(part.equals(whole.subarray(2, 5))).toBe(true);
  });

  it("takes a finished file as a blob, and has it at hand as a file then", async () => {
    const staging = openStaging(url, dataDir);
    const id = "01a2190a-83e3-7000-84f2-f05e4a21631f";
    const whole = randomBytes(20_000_000);
    await staging.create(id, whole.length);
    await staging.append(id, 0, chunks(whole), () => undefined);
    await store.adopt(staging.path(id), "originals/x");
    expect(await staging.size(id)).toBeNull();
    expect(hex(Buffer.concat(await collect(store.read("originals/x"))))).toBe(hex(whole));
    const copies = join(dataDir, "s3", "copies");
    expect(await store.localPath("originals/x")).toMatch(copies);

    const scratch = await store.scratchFile();
    await writeFile(scratch.path, "pyramid");
    await scratch.commit("pyramids/x");
    expect((await store.readRange("pyramids/x", 0, 99)).toString()).toBe("pyramid");
    // Another process has no copy, and fetches one.
    const elsewhere = openBlobStore(url, await mkdtemp(join(root, "data-")));
    expect(await readFile(await elsewhere.localPath("pyramids/x"), "utf8")).toBe("pyramid");
    const same = await Promise.all([elsewhere.localPath("originals/x"), elsewhere.localPath("originals/x")]);
    expect(same[0]).toBe(same[1]);
  });

  it("stores the same bytes once, under their hash", async () => {
    const name = (sha256: string): string => `originals/${sha256}`;
    const first = await store.putByHash(chunks("same"), name);
    expect(await store.putByHash(chunks("sa", "me"), name)).toEqual(first);
    expect(await keys("originals/")).toEqual([first.key]);
    expect(await readdir(join(dataDir, "s3", "scratch"))).toEqual([]);
  });

  it("leaves nothing behind when the source breaks, is too long, or is aborted, and keeps what was there", async () => {
    await store.put("k", chunks("old"));
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield randomBytes(20_000_000);
      throw new Error("the line went dead");
    };
    await expect(store.put("k", broken())).rejects.toThrow("the line went dead");
    await expect(store.put("new", chunks("12345", "67890"), { maxBytes: 9 })).rejects.toMatchObject({
      code: "too-large",
    });
    const abort = new AbortController();
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      for (;;) {
        yield randomBytes(100_000);
        abort.abort(new Error("enough"));
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    await expect(store.put("new", endless(), { signal: abort.signal })).rejects.toThrow("enough");
    expect(await keys("")).toEqual(["k"]);
    expect((await store.readRange("k", 0, 9)).toString()).toBe("old");
  });

  it("lists by prefix, deletes, and does not mind what is not there", async () => {
    const names = Array.from({ length: 30 }, (_, index) => `b/${String(index).padStart(4, "0")}`);
    await Promise.all(names.map((name) => store.put(name, chunks(name))));
    await store.put("c", chunks("x"));
    expect(await keys("b/")).toEqual(names);
    expect(await keys("b/001")).toHaveLength(10);
    await store.delete("c");
    await store.delete("c");
    expect(await store.stat("c")).toBeNull();
    await expect(store.localPath("c")).rejects.toMatchObject({ code: "not-found" });
    await expect(store.readRange("c", 0, 1)).rejects.toMatchObject({ code: "not-found" });
    await expect(collect(store.read("c"))).rejects.toMatchObject({ code: "not-found" });
  });

  it("goes on with a list where the server breaks it off", async () => {
    // The server of the other tests cannot make the token for the next page.
    const page = (names: string[], rest: string) =>
      `<ListBucketResult>${names.map((name) => `<Contents><Key>p/${name}</Key><Size>3</Size></Contents>`).join("")}${rest}</ListBucketResult>`;
    const [first, last] = [page(["a", "b"], "<NextContinuationToken>more</NextContinuationToken>"), page(["c"], "")];
    const lister = createServer(({ url: asked = "" }, response) => {
      response.setHeader("content-type", "application/xml");
      response.end(asked.includes("continuation-token=more") ? last : first);
    });
    await new Promise<void>((resolve) => lister.listen(0, "127.0.0.1", resolve));
    const { port } = lister.address() as AddressInfo;
    const listed = openBlobStore(`s3://pictures/p?endpoint=http://127.0.0.1:${port}`, dataDir).list("");
    expect(await collect(listed)).toEqual(["a", "b", "c"].map((key) => ({ key, bytes: 3 })));
    lister.closeAllConnections();
    await new Promise((resolve) => lister.close(resolve));
  });

  it("refuses keys that hide or climb", async () => {
    for (const key of ["../x", "/etc/passwd", "", "a//b", ".scratch/x", "a b"]) {
      await expect(store.put(key, chunks("x")), key).rejects.toMatchObject({ code: "bad-input" });
    }
  });

  it("says what is wrong where the bucket is missing or the keys are", async () => {
    const other = openBlobStore(url.replace("pictures", "nowhere"), dataDir);
    await expect(other.put("k", chunks("x"))).rejects.toMatchObject({ code: "storage-failed" });
    const refusing: Server = createServer((_request, response) => response.writeHead(403).end());
    await new Promise<void>((resolve) => refusing.listen(0, "127.0.0.1", resolve));
    const { port } = refusing.address() as AddressInfo;
    const refused = openBlobStore(`s3://pictures?endpoint=http://127.0.0.1:${port}`, dataDir);
    const failed = { code: "storage-failed", remedy: expect.stringContaining("AWS_ACCESS_KEY_ID") };
    await expect(refused.put("k", chunks("x"))).rejects.toMatchObject(failed);
    await expect(refused.stat("k")).rejects.toMatchObject(failed);
    refusing.closeAllConnections();
    await new Promise((resolve) => refusing.close(resolve));
  });
});

describe("an address of an S3 store", () => {
  it("names bucket, prefix, server and region, and never a key", () => {
    expect(parseS3Address("s3://b")).toEqual({ bucket: "b", prefix: "", endpoint: undefined, region: "us-east-1" });
    expect(parseS3Address("s3://b/p/q/?endpoint=http://h:9000&region=eu-1")).toEqual({
      bucket: "b",
      prefix: "p/q/",
      endpoint: "http://h:9000",
      region: "eu-1",
    });
    for (const bad of ["s3:", "s3:///p", "s3://key:secret@b", "s3://b?endpoint=ftp://h", "s3://b?secret=x"]) {
      expect([bad, parseS3Address(bad)]).toEqual([bad, null]);
    }
  });
});

describe("copies of blobs", () => {
  it("go, those longest unused first, where they take too much; what was used lately stays", async () => {
    const cache = createLocalCache(join(dataDir, "copies"));
    const old = new Date(Date.now() - 7_200_000);
    for (const [key, age] of [
      ["a", 2],
      ["b", 1],
      ["c", 0],
    ] as const) {
      await writeFile(join(dataDir, key), "0123456789");
      const path = await cache.keep(key, join(dataDir, key));
      if (age > 0) await utimes(path, old, new Date(old.getTime() - age * 1000));
    }
    await cache.shrink(20);
    expect([await cache.find("a", 10), await cache.find("b", 9)]).toEqual([null, null]);
    expect(await cache.find("b", 10)).not.toBeNull();
    await cache.shrink(0);
    expect(await cache.find("b", 10)).not.toBeNull();
    expect(await cache.find("c", 10)).not.toBeNull();
  });
});
