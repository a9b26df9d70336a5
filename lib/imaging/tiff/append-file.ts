import { type FileHandle, open } from "node:fs/promises";
import { encodeDirectories, encodeHeader, type NewField } from "./encode.ts";

/** Directories stand at multiples of this, as BigTIFF's readers like them. */
const ALIGNMENT = 8;

/** A new file that grows at its end; `header` rewrites its first bytes. */
export type AppendFile = {
  readonly size: number;
  append(bytes: Uint8Array): Promise<number>;
  header(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
};

/** Creates `path`, which must not exist, with room for a header. `append` returns where the bytes begin. */
export async function openAppendFile(path: string, headerBytes: number): Promise<AppendFile> {
  return extend(await open(path, "wx"), headerBytes);
}

/** Goes on with a file that is open for writing, from `size` on: what stands behind is cut off. The handle stays the caller's to close. */
export async function openToExtend(file: FileHandle, size: number): Promise<AppendFile> {
  await file.truncate(size);
  return extend(file, size);
}

/** Ends a BigTIFF: appends its directories, one after another, and has the header point to the first. */
export async function appendDirectories(
  file: AppendFile,
  directories: readonly (readonly NewField[])[],
): Promise<void> {
  await file.append(Buffer.alloc((ALIGNMENT - (file.size % ALIGNMENT)) % ALIGNMENT));
  const { bytes, first } = encodeDirectories(directories, file.size);
  await file.append(bytes);
  await file.header(encodeHeader(first));
}

function extend(file: FileHandle, begins: number): AppendFile {
  let size = begins;
  return {
    get size() {
      return size;
    },
    async append(bytes) {
      const start = size;
      size += bytes.byteLength;
      await writeFully(file, bytes, start);
      return start;
    },
    header: (bytes) => writeFully(file, bytes, 0),
    close: () => file.close(),
  };
}

async function writeFully(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.byteLength) {
    done += (await file.write(bytes, done, bytes.byteLength - done, position + done)).bytesWritten;
  }
}
