import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { TesseraError } from "#lib/core/errors.ts";
import { assertBlobKey } from "./blob-key.ts";
import type { BlobStore, ManagedStore } from "./blob-store.ts";
import { diskError } from "./disk-error.ts";
import { createLocalCache } from "./local-cache.ts";
import type { S3Address } from "./s3-address.ts";
import { openS3, s3Error, statusOf } from "./s3-client.ts";
import { writeStream } from "./write-stream.ts";

/** Parts of a large blob: S3 takes 10,000, which makes 160 GB. Two are in memory and on their way at a time. */
const PART_BYTES = 16 * 1024 * 1024;
const PARTS_AT_ONCE = 2;
/** Local copies of originals and pyramids, which libraries read as files. */
const CACHE_BYTES = 20 * 1024 ** 3;

/** Keeps blobs on an S3 server; `folder` is local, for scratch files and copies that are read as files. */
export function createS3Store(address: S3Address, folder: string): ManagedStore {
  let opened: ReturnType<typeof openS3> | null = null;
  const s3 = () => {
    opened ??= openS3(address);
    return opened;
  };
  const scratch = join(folder, "scratch");
  const cache = createLocalCache(join(folder, "copies"));
  const fetching = new Map<string, Promise<string>>();

  const target = (key: string) => {
    assertBlobKey(key);
    return { Bucket: address.bucket, Key: `${address.prefix}${key}` };
  };

  const newScratchPath = async (): Promise<string> => {
    await mkdir(scratch, { recursive: true }).catch((error: unknown) => {
      throw diskError(error, "make a folder");
    });
    return join(scratch, randomUUID());
  };

  /** Sends a body as one blob, whole or not at all. */
  const send = async (key: string, body: Readable, signal?: AbortSignal): Promise<void> => {
    const params = { ...target(key), Body: body };
    const { client, Upload } = await s3();
    const upload = new Upload({ client, params, partSize: PART_BYTES, queueSize: PARTS_AT_ONCE });
    const abort = (): void => void upload.abort();
    signal?.addEventListener("abort", abort, { once: true });
    try {
      await upload.done();
    } finally {
      signal?.removeEventListener("abort", abort);
      body.destroy();
    }
  };

  const info = async (key: string) => {
    const { sdk, client } = await s3();
    try {
      const { ContentLength = 0 } = await client.send(new sdk.HeadObjectCommand(target(key)));
      return { key, bytes: ContentLength };
    } catch (error) {
      if (statusOf(error) === 404) return null;
      throw s3Error(error, "look at a blob");
    }
  };

  const get = async (key: string, range?: { start: number; end: number }): Promise<Readable> => {
    const { sdk, client } = await s3();
    const Range = range && `bytes=${range.start}-${range.end}`;
    try {
      const { Body } = await client.send(new sdk.GetObjectCommand({ ...target(key), ...(Range && { Range }) }));
      if (Body instanceof Readable) return Body;
      throw new Error("the answer has no body");
    } catch (error) {
      if (statusOf(error) === 404) throw missing(key);
      if (statusOf(error) === 416) return Readable.from([]);
      throw s3Error(error, "read a blob");
    }
  };

  const adopt = async (path: string, key: string): Promise<void> => {
    const found = await stat(path).catch(() => null);
    if (!found) throw new TesseraError("not-found", "the file to store is not there");
    if ((await info(key))?.bytes !== found.size) {
      await send(key, createReadStream(path, { highWaterMark: 1024 * 1024 })).catch((error: unknown) => {
        throw s3Error(error, "store a blob");
      });
    }
    // What is stored is read next.
    await cache.keep(key, path);
  };

  const fetchCopy = async (key: string): Promise<string> => {
    const blob = await info(key);
    if (!blob) throw missing(key);
    const copy = await cache.find(key, blob.bytes);
    if (copy !== null) return copy;
    const path = await newScratchPath();
    try {
      await writeStream(path, await get(key), {});
      return await cache.keep(key, path);
    } catch (error) {
      await rm(path, { force: true });
      throw s3Error(error, "fetch a blob");
    }
  };

  const store: BlobStore = {
    local: false,

    async put(key, source, { signal, maxBytes = Number.POSITIVE_INFINITY } = {}) {
      assertBlobKey(key);
      const hash = createHash("sha256");
      let bytes = 0;
      let broken: { error: unknown } | null = null;
      const counted = async function* (): AsyncGenerator<Uint8Array> {
        try {
          for await (const chunk of source) {
            signal?.throwIfAborted();
            bytes += chunk.byteLength;
            if (bytes > maxBytes) {
              throw new TesseraError("too-large", `the file is larger than the limit of ${maxBytes} bytes`);
            }
            hash.update(chunk);
            yield chunk;
          }
        } catch (error) {
          broken = { error };
          throw error;
        }
      };
      try {
        await send(key, Readable.from(counted(), { objectMode: false, highWaterMark: 1024 * 1024 }), signal);
      } catch (error) {
        // What the source throws passes through as it is, and so does the reason of an abort.
        signal?.throwIfAborted();
        if (broken !== null) throw (broken as { error: unknown }).error;
        throw s3Error(error, "store a blob");
      }
      await cache.forget(key);
      return { bytes, sha256: hash.digest("hex") };
    },

    async putByHash(source, name, options = {}) {
      const path = await newScratchPath();
      try {
        const written = await writeStream(path, source, options);
        const key = name(written.sha256);
        await adopt(path, key);
        return { key, ...written };
      } finally {
        await rm(path, { force: true });
      }
    },

    read(key, range) {
      const through = new PassThrough();
      get(key, range)
        .then((body) => pipeline(body, through))
        .catch((error: unknown) => through.destroy(s3Error(error, "read a blob")));
      return through;
    },

    async readRange(key, offset, length) {
      if (length <= 0) return Buffer.alloc(0);
      try {
        return Buffer.concat(await (await get(key, { start: offset, end: offset + length - 1 })).toArray());
      } catch (error) {
        throw s3Error(error, "read a blob");
      }
    },

    stat: info,

    async delete(key) {
      const { sdk, client } = await s3();
      await client.send(new sdk.DeleteObjectCommand(target(key))).catch((error: unknown) => {
        if (statusOf(error) !== 404) throw s3Error(error, "remove a blob");
      });
      await cache.forget(key);
    },

    async *list(prefix) {
      const { sdk, client } = await s3();
      const where = { Bucket: address.bucket, Prefix: `${address.prefix}${prefix}` };
      for (let token: string | undefined; ; ) {
        const page = await client
          .send(new sdk.ListObjectsV2Command({ ...where, ...(token !== undefined && { ContinuationToken: token }) }))
          .catch((error: unknown) => {
            throw s3Error(error, "list blobs");
          });
        for (const { Key = "", Size = 0 } of page.Contents ?? []) {
          yield { key: Key.slice(address.prefix.length), bytes: Size };
        }
        token = page.NextContinuationToken;
        if (token === undefined) return;
      }
    },

    localPath(key) {
      const current = fetching.get(key);
      if (current) return current;
      const copy = fetchCopy(key).finally(() => fetching.delete(key));
      fetching.set(key, copy);
      return copy;
    },

    adopt,

    async scratchFile() {
      const path = await newScratchPath();
      return {
        path,
        commit: async (key) => {
          // Its bytes replace what was there, also where that has the same size.
          await send(key, createReadStream(path, { highWaterMark: 1024 * 1024 })).catch((error: unknown) => {
            throw s3Error(error, "store a blob");
          });
          await cache.keep(key, path);
        },
        discard: () => rm(path, { force: true }),
      };
    },
  };

  return {
    ...store,
    async cleanScratch(olderThanMs) {
      let removed = 0;
      for (const name of await readdir(scratch).catch(() => [])) {
        const found = await stat(join(scratch, name)).catch(() => null);
        if (!found || found.mtimeMs > Date.now() - olderThanMs) continue;
        await rm(join(scratch, name), { force: true });
        removed += 1;
      }
      await cache.shrink(CACHE_BYTES);
      return removed;
    },
  };
}

function missing(key: string): TesseraError {
  return new TesseraError("not-found", `there is no blob ${key}`, { remedy: "restore the bucket from a backup" });
}
