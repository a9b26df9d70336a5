import { createHash } from "node:crypto";
import { mkdir, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";

/** A file that was used so lately may be about to be opened, and is kept whatever the limit says. */
const IN_USE_MS = 3_600_000;

/** Local copies of blobs that live elsewhere. */
export type LocalCache = {
  /** The copy's path, where there is one of `bytes` bytes; it counts as used now. */
  find(key: string, bytes: number): Promise<string | null>;
  /** Makes the file at `path` the copy of `key`; returns where it is then. */
  keep(key: string, path: string): Promise<string>;
  forget(key: string): Promise<void>;
  /** Removes what was not used for longest until at most `maxBytes` are left. */
  shrink(maxBytes: number): Promise<void>;
};

/** Keeps copies in `folder`, which is made where it is missing, and is on one disk with what is kept. */
export function createLocalCache(folder: string): LocalCache {
  const pathOf = (key: string): string => join(folder, createHash("sha256").update(key).digest("hex"));
  return {
    async find(key, bytes) {
      const path = pathOf(key);
      if ((await stat(path).catch(() => null))?.size !== bytes) return null;
      const now = new Date();
      await utimes(path, now, now).catch(() => undefined);
      return path;
    },
    async keep(key, path) {
      await mkdir(folder, { recursive: true });
      const now = new Date();
      await utimes(path, now, now);
      await rename(path, pathOf(key));
      return pathOf(key);
    },
    forget: (key) => rm(pathOf(key), { force: true }),
    async shrink(maxBytes) {
      const names = await readdir(folder).catch(() => []);
      const files = await Promise.all(
        names.map(async (name) => {
          const path = join(folder, name);
          const found = await stat(path).catch(() => null);
          return { path, bytes: found?.size ?? 0, usedMs: found?.mtimeMs ?? 0 };
        }),
      );
      let total = files.reduce((sum, { bytes }) => sum + bytes, 0);
      for (const { path, bytes, usedMs } of files.sort((a, b) => a.usedMs - b.usedMs)) {
        if (total <= maxBytes || usedMs > Date.now() - IN_USE_MS) return;
        await rm(path, { force: true });
        total -= bytes;
      }
    },
  };
}
