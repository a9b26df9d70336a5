import { type FileHandle, open } from "node:fs/promises";
import { readFully } from "../tiff/byte-source.ts";

/** A file that is read by many at once and opened only while it is wanted. */
export type SharedFile = {
  read(offset: number, length: number): Promise<Buffer>;
  /** Gives the handle back once nobody reads. Reading again opens the file anew. */
  close(): Promise<void>;
};

/** Shares one handle of `path` among its readers; whoever still holds the object after `close` can go on reading. */
export function shareFile(path: string): SharedFile {
  let handle: Promise<FileHandle> | null = null;
  let readers = 0;
  let closing = false;

  const closeWhenIdle = async (): Promise<void> => {
    if (!closing || readers > 0 || !handle) return;
    const idle = handle;
    handle = null;
    closing = false;
    await idle.then((file) => file.close()).catch(() => undefined);
  };

  return {
    async read(offset, length) {
      readers += 1;
      try {
        handle ??= open(path, "r");
        return await readFully(await handle, offset, length);
      } catch (error) {
        closing = true;
        throw error;
      } finally {
        readers -= 1;
        await closeWhenIdle();
      }
    },
    async close() {
      closing = handle !== null;
      await closeWhenIdle();
    },
  };
}
