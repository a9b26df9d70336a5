import { open } from "node:fs/promises";
import { HEAD_BYTES } from "./file-kind.ts";
import { readFully } from "./tiff/byte-source.ts";

/** The first bytes of a file, as many as tell its kind (`fileKind`); fewer where it is shorter. */
export async function readHead(path: string): Promise<Buffer> {
  const file = await open(path, "r");
  try {
    return await readFully(file, 0, HEAD_BYTES);
  } finally {
    await file.close();
  }
}
