import { type FileHandle, mkdir, open, rm, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { TesseraError } from "#lib/core/errors.ts";
import { diskError, systemCode } from "./disk-error.ts";

/** Bytes that are gathered before they are written: a request's own pieces are 64 kB, and each write costs a round through the pool. */
const WRITE_BYTES = 1024 * 1024;
const READ_BYTES = 1024 * 1024;

/**
 * Files that grow over many requests and outlive the process: the folder is the only record of how much of each has come. Ids are
 * UUIDs and become file names.
 */
export type Staging = {
  /** Begins an empty file. Throws `storage-failed` where `bytes` more do not fit on the disk. */
  create(id: string, bytes: number): Promise<void>;
  /** Bytes that are there; null where there is no such file. */
  size(id: string): Promise<number | null>;
  /**
   * Writes `source` at `offset`, and flushes what came of it also where the source breaks or the disk refuses (`storage-failed`).
   * Returns the new size. `onWritten` sees each piece once it is in the file, and keeps none.
   */
  append(
    id: string,
    offset: number,
    source: AsyncIterable<Uint8Array>,
    onWritten: (piece: Uint8Array) => void,
  ): Promise<number>;
  /** The file from its beginning; each piece is good until the next is asked for. */
  read(id: string): AsyncIterable<Uint8Array>;
  path(id: string): string;
  remove(id: string): Promise<void>;
};

/** Keeps such files in `folder`, which is made where it is missing. */
export function createStaging(folder: string): Staging {
  const path = (id: string): string => join(folder, id);
  return {
    path,
    async create(id, bytes) {
      await mkdir(folder, { recursive: true }).catch((error: unknown) => {
        throw diskError(error, "make a folder");
      });
      const { bavail, bsize } = await statfs(folder);
      if (bavail * bsize < bytes) {
        throw new TesseraError("storage-failed", `the upload has ${bytes} bytes and the disk ${bavail * bsize} left`, {
          remedy: "free space on the disk of the data folder, then send it again",
        });
      }
      const file = await open(path(id), "wx", 0o600).catch((error: unknown) => {
        throw diskError(error, "create a file");
      });
      await file.close();
    },
    async size(id) {
      try {
        return (await stat(path(id))).size;
      } catch (error) {
        if (systemCode(error) === "ENOENT") return null;
        throw diskError(error, "look at a file");
      }
    },
    async append(id, offset, source, onWritten) {
      const file = await open(path(id), "r+").catch((error: unknown) => {
        throw diskError(error, "open a file");
      });
      const writer = gatheringWriter(file, offset, onWritten);
      try {
        let broken: { error: unknown } | null = null;
        try {
          for await (const piece of source) await writer.add(piece);
        } catch (error) {
          broken = { error };
        }
        await writer.flush();
        await file.sync().catch((error: unknown) => {
          throw diskError(error, "flush a file");
        });
        if (broken) throw broken.error;
      } finally {
        await file.close();
      }
      return writer.position();
    },
    async *read(id) {
      const file = await open(path(id), "r");
      // One buffer for gigabytes: those that are thrown away take memory until they are collected.
      const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
      try {
        for (;;) {
          const { bytesRead } = await file.read(buffer, 0, READ_BYTES);
          if (bytesRead === 0) return;
          yield buffer.subarray(0, bytesRead);
        }
      } finally {
        await file.close();
      }
    },
    async remove(id) {
      await rm(path(id), { force: true }).catch((error: unknown) => {
        throw diskError(error, "remove a file");
      });
    },
  };
}

/** Writes pieces from `offset` on, several at once. What the disk refuses is not tried again; what it took stays. */
function gatheringWriter(file: FileHandle, offset: number, onWritten: (piece: Uint8Array) => void) {
  let position = offset;
  const buffer = Buffer.allocUnsafeSlow(WRITE_BYTES);
  let held = 0;

  async function flush(): Promise<void> {
    const bytes = held;
    held = 0;
    for (let done = 0; done < bytes; ) {
      const { bytesWritten } = await file.write(buffer, done, bytes - done, position).catch((error: unknown) => {
        throw diskError(error, "write a file");
      });
      onWritten(buffer.subarray(done, done + bytesWritten));
      done += bytesWritten;
      position += bytesWritten;
    }
  }

  return {
    position: () => position,
    flush,
    async add(piece: Uint8Array): Promise<void> {
      for (let taken = 0; taken < piece.byteLength; ) {
        const part = piece.subarray(taken, taken + WRITE_BYTES - held);
        buffer.set(part, held);
        held += part.byteLength;
        taken += part.byteLength;
        if (held === WRITE_BYTES) await flush();
      }
    },
  };
}
