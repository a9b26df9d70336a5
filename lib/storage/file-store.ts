import { randomUUID } from "node:crypto";
import { createReadStream, type Dirent } from "node:fs";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { TesseraError } from "#lib/core/errors.ts";
import { assertBlobKey } from "./blob-key.ts";
import type { BlobInfo, ManagedStore } from "./blob-store.ts";
import { diskError, systemCode } from "./disk-error.ts";
import { writeStream } from "./write-stream.ts";

/** Hidden, so that it is never a blob; in the root, so that a rename out of it stays within one file system. */
const SCRATCH = ".scratch";

/** Keeps blobs as files below `root`, which is made where it is missing. */
export function createFileStore({ root }: { root: string }): ManagedStore {
  const scratch = join(root, SCRATCH);

  const fileOf = (key: string): string => {
    assertBlobKey(key);
    return join(root, key);
  };

  const newScratchPath = async (): Promise<string> => {
    await makeFolder(scratch);
    return join(scratch, randomUUID());
  };

  /** Moves a finished scratch file to its key; whoever looks sees the old blob or the new one, whole. */
  const publish = async (path: string, key: string): Promise<void> => {
    const target = fileOf(key);
    try {
      await makeFolder(dirname(target));
      await rename(path, target);
      await syncFolder(dirname(target));
    } catch (error) {
      throw diskError(error, "store a file");
    }
  };

  /** Runs `work` on a new scratch path; whatever is left of it when `work` throws is removed. */
  const onScratch = async <T>(work: (path: string) => Promise<T>): Promise<T> => {
    const path = await newScratchPath();
    try {
      return await work(path);
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
  };

  return {
    local: true,

    async put(key, source, options = {}) {
      assertBlobKey(key);
      return onScratch(async (path) => {
        const written = await writeStream(path, source, options);
        await publish(path, key);
        return written;
      });
    },

    async putByHash(source, name, options = {}) {
      return onScratch(async (path) => {
        const written = await writeStream(path, source, options);
        const key = name(written.sha256);
        if ((await sizeOf(fileOf(key))) === written.bytes) await rm(path, { force: true });
        else await publish(path, key);
        return { key, ...written };
      });
    },

    read(key, range) {
      return createReadStream(fileOf(key), range ?? {});
    },

    async readRange(key, offset, length) {
      const path = fileOf(key);
      const file = await open(path, "r").catch((error: unknown) => {
        throw systemCode(error) === "ENOENT" ? missing(key) : diskError(error, "read a file");
      });
      try {
        const buffer = Buffer.alloc(Math.max(0, Math.min(length, (await file.stat()).size - offset)));
        let done = 0;
        while (done < buffer.byteLength) {
          const { bytesRead } = await file.read(buffer, done, buffer.byteLength - done, offset + done);
          if (bytesRead === 0) break;
          done += bytesRead;
        }
        return buffer.subarray(0, done);
      } catch (error) {
        throw diskError(error, "read a file");
      } finally {
        await file.close();
      }
    },

    async stat(key) {
      const bytes = await sizeOf(fileOf(key));
      return bytes === null ? null : { key, bytes };
    },

    async delete(key) {
      await rm(fileOf(key), { force: true }).catch((error: unknown) => {
        throw diskError(error, "remove a file");
      });
    },

    list(prefix) {
      return listBelow(root, "", prefix);
    },

    async localPath(key) {
      const path = fileOf(key);
      if ((await sizeOf(path)) === null) throw missing(key);
      return path;
    },

    async adopt(path, key) {
      const bytes = await sizeOf(path);
      if (bytes === null) throw new TesseraError("not-found", "the file to store is not there");
      if ((await sizeOf(fileOf(key))) === bytes) return rm(path, { force: true });
      await syncFile(path);
      if (await sameDisk(path, root)) return publish(path, key);
      await onScratch(async (copy) => {
        await writeStream(copy, createReadStream(path), {});
        await publish(copy, key);
      });
      await rm(path, { force: true });
    },

    async scratchFile() {
      const path = await newScratchPath();
      return {
        path,
        commit: async (key) => {
          await syncFile(path);
          await publish(path, key);
        },
        discard: () => rm(path, { force: true }),
      };
    },

    async cleanScratch(olderThanMs) {
      const before = Date.now() - olderThanMs;
      let removed = 0;
      for (const name of await readdir(scratch).catch(() => [])) {
        const path = join(scratch, name);
        const found = await stat(path).catch(() => null);
        if (!found || found.mtimeMs > before) continue;
        await rm(path, { force: true, recursive: true });
        removed += 1;
      }
      return removed;
    },
  };
}

function missing(key: string): TesseraError {
  return new TesseraError("not-found", `there is no blob ${key}`, { remedy: "restore the data folder from a backup" });
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    const found = await stat(path);
    return found.isFile() ? found.size : null;
  } catch (error) {
    if (systemCode(error) === "ENOENT" || systemCode(error) === "ENOTDIR") return null;
    throw diskError(error, "look at a file");
  }
}

async function sameDisk(path: string, folder: string): Promise<boolean> {
  await makeFolder(folder);
  const [one, other] = await Promise.all([stat(path), stat(folder)]);
  return one.dev === other.dev;
}

async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true }).catch((error: unknown) => {
    throw diskError(error, "make a folder");
  });
}

async function syncFile(path: string): Promise<void> {
  try {
    const file = await open(path, "r+");
    await file.sync().finally(() => file.close());
  } catch (error) {
    throw diskError(error, "flush a file");
  }
}

/** A rename is durable once its folder is; file systems that cannot flush a folder do without. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r").catch(() => null);
  if (!folder) return;
  await folder.sync().catch(() => undefined);
  await folder.close();
}

/** Blobs in the order of their names, folder by folder; folders that cannot hold the prefix are not entered. */
async function* listBelow(root: string, folder: string, prefix: string): AsyncGenerator<BlobInfo> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch((error: unknown): Dirent[] => {
    if (systemCode(error) === "ENOENT") return [];
    throw diskError(error, "list a folder");
  });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const key = folder + entry.name;
    if (entry.name.startsWith(".")) continue;
    if (entry.isDirectory()) {
      const inside = `${key}/`;
      if (inside.startsWith(prefix) || prefix.startsWith(inside)) yield* listBelow(root, inside, prefix);
    } else if (key.startsWith(prefix)) {
      const bytes = await sizeOf(join(root, key));
      if (bytes !== null) yield { key, bytes };
    }
  }
}
