import { spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ManagedStore } from "./blob-store.ts";
import { createFileStore } from "./file-store.ts";
import { openBlobStore } from "./open-store.ts";

let root: string;
let store: ManagedStore;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "store-"));
  store = createFileStore({ root });
});

afterEach(() => rm(root, { recursive: true, force: true }));

async function* chunks(...parts: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield typeof part === "string" ? Buffer.from(part) : part;
}

async function allFiles(): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of source) all.push(item);
  return all;
}

describe("a file store", () => {
  it("gives back what was put, with its size and hash, whatever the chunks", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 4096 }), { maxLength: 8 }), async (parts) => {
        const whole = Buffer.concat(parts);
        const put = await store.put("a/b.bin", chunks(...parts));
        expect(put).toEqual({ bytes: whole.length, sha256: createHash("sha256").update(whole).digest("hex") });
        expect(Buffer.concat(await collect(store.read("a/b.bin"))).equals(whole)).toBe(true);
        expect(await store.stat("a/b.bin")).toEqual({ key: "a/b.bin", bytes: whole.length });
      }),
      { numRuns: 25 },
    );
    expect(await allFiles()).toEqual(["b.bin"]);
  });

  it("reads ranges exactly, and less at the end", async () => {
    await store.put("x", chunks("0123456789"));
    expect((await store.readRange("x", 3, 4)).toString()).toBe("3456");
    expect((await store.readRange("x", 8, 100)).toString()).toBe("89");
    expect(await store.readRange("x", 50, 5)).toHaveLength(0);
    expect(Buffer.concat(await collect(store.read("x", { start: 2, end: 4 }))).toString()).toBe("234");
    await expect(store.readRange("missing", 0, 1)).rejects.toMatchObject({ code: "not-found" });
  });

  it("stores the same bytes once", async () => {
    const name = (sha256: string): string => `originals/${sha256}`;
    const [first, second] = await Promise.all([
      store.putByHash(chunks("same"), name),
      store.putByHash(chunks("sa", "me"), name),
    ]);
    expect(second).toEqual(first);
    expect(await allFiles()).toEqual([first.sha256]);
  });

  it("leaves nothing behind when the source breaks, is too long, or is aborted, and passes the reason on", async () => {
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from("begun");
      throw new Error("the line went dead");
    };
    await expect(store.put("k", broken())).rejects.toThrow("the line went dead");
    await expect(store.put("k", chunks("12345", "67890"), { maxBytes: 9 })).rejects.toMatchObject({
      code: "too-large",
    });
    await store.put("fits", chunks("12345", "6789"), { maxBytes: 9 });

    const hanging = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from("begun");
      await wait(60_000, undefined, { ref: false });
    };
    const abort = new AbortController();
    const put = store.put("k", hanging(), { signal: abort.signal });
    setTimeout(() => abort.abort(new Error("enough")), 20);
    await expect(put).rejects.toThrow("enough");
    expect(await allFiles()).toEqual(["fits"]);
  });

  it("keeps the old blob when its replacement fails", async () => {
    await store.put("k", chunks("old"));
    await expect(store.put("k", chunks("much longer"), { maxBytes: 4 })).rejects.toThrow();
    expect((await store.readRange("k", 0, 10)).toString()).toBe("old");
  });

  it("refuses keys that would leave it or hide", async () => {
    for (const key of ["../x", "a/../b", "/etc/passwd", "", "a//b", "a/", ".scratch/x", "a/.b", "a\\b", "a b", "ä"]) {
      await expect(store.put(key, chunks("x")), key).rejects.toMatchObject({ code: "bad-input" });
      await expect(store.stat(key), key).rejects.toMatchObject({ code: "bad-input" });
    }
  });

  it("lists by prefix, in order, without the scratch space", async () => {
    for (const key of ["b/2", "a/1", "b/10", "bc", "b/x/y"]) await store.put(key, chunks(key));
    await store.scratchFile();
    const keys = async (prefix: string): Promise<string[]> => (await collect(store.list(prefix))).map(({ key }) => key);
    expect(await keys("")).toEqual(["a/1", "b/10", "b/2", "b/x/y", "bc"]);
    expect(await keys("b/")).toEqual(["b/10", "b/2", "b/x/y"]);
    expect(await keys("b/1")).toEqual(["b/10"]);
    expect(await keys("zz")).toEqual([]);
  });

  it("commits or discards scratch files, and cleans what a crash left", async () => {
    const kept = await store.scratchFile();
    await writeFile(kept.path, "kept");
    await kept.commit("k");
    expect((await store.readRange("k", 0, 9)).toString()).toBe("kept");

    const discarded = await store.scratchFile();
    await writeFile(discarded.path, "x");
    await discarded.discard();
    const old = await store.scratchFile();
    await writeFile(old.path, "x");
    await utimes(old.path, new Date(0), new Date(0));
    const fresh = await store.scratchFile();
    await writeFile(fresh.path, "x");
    expect(await store.cleanScratch(60_000)).toBe(1);
    await fresh.commit("fresh");
    expect(await allFiles()).toHaveLength(2);
  });

  it("deletes, and does not mind what is not there", async () => {
    await store.put("k", chunks("x"));
    await store.delete("k");
    await store.delete("k");
    expect(await store.stat("k")).toBeNull();
    await expect(store.localPath("k")).rejects.toMatchObject({ code: "not-found" });
  });

  it("says `storage-failed` where the disk refuses in the middle, and leaves nothing behind", () => {
    // The shell's limit on file sizes makes the kernel refuse a write for real, as a full disk does.
    const script = `
      import { createFileStore } from "./lib/storage/file-store.ts";
      async function* source() { for (let i = 0; i < 64; i += 1) yield Buffer.alloc(65536); }
      await createFileStore({ root: process.argv[1] }).put("big", source()).then(
        () => console.log("stored"),
        (error) => console.log(JSON.stringify({ code: error.code, remedy: error.remedy })),
      );`;
    const child = spawnSync(
      "sh",
      ["-c", 'ulimit -f 512; exec "$0" --input-type=module -e "$1" "$2"', process.execPath, script, root],
      { encoding: "utf8" },
    );
    expect(JSON.parse(child.stdout)).toEqual({
      code: "storage-failed",
      remedy: expect.stringContaining("limit on file sizes"),
    });
    return allFiles().then((files) => expect(files).toEqual([]));
  });

  it("says so where its folder cannot be made", async () => {
    await writeFile(join(root, "file"), randomBytes(4));
    const inFile = createFileStore({ root: join(root, "file") });
    await expect(inFile.put("k", chunks("x"))).rejects.toMatchObject({ code: "storage-failed" });
  });
});

describe("opening a store", () => {
  it("takes file: addresses, relative to the data folder, and says one clear sentence for others", async () => {
    const relative = openBlobStore("file:blobs", root);
    await relative.put("k", chunks("x"));
    expect(await openBlobStore(`file://${root}/blobs`, "/nowhere").stat("k")).toEqual({ key: "k", bytes: 1 });
    expect(() => openBlobStore("s3://key:secret@host/bucket", root)).toThrow(
      expect.objectContaining({ code: "configuration", message: expect.not.stringContaining("secret") }),
    );
  });
});
