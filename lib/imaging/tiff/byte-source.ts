import { type FileHandle, open } from "node:fs/promises";

/** Bytes that can be read from any place. `read` gives fewer than asked only at the end. */
export type ByteSource = { size: number; read(offset: number, length: number): Promise<Buffer> };

/** Reads `length` bytes at `offset`, fewer only at the end of the file. */
export async function readFully(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(buffer, done, length - done, offset + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return buffer.subarray(0, done);
}

/** Bytes that are in memory already, such as an Exif block. */
export function bufferSource(bytes: Buffer): ByteSource {
  return { size: bytes.length, read: async (offset, length) => bytes.subarray(offset, offset + length) };
}

/** Runs `work` with the bytes of a file, which is closed after it. */
export async function withFileSource<T>(path: string, work: (source: ByteSource) => Promise<T>): Promise<T> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    return await work({
      size,
      read: (offset, length) => readFully(file, offset, Math.max(0, Math.min(length, size - offset))),
    });
  } finally {
    await file.close();
  }
}
