import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { TesseraError } from "#lib/core/errors.ts";
import type { Source } from "#lib/core/formats/source.ts";

/** A local file as a source of findings. Throws `bad-input` where there is none. */
export async function fileSource(path: string): Promise<Source> {
  const found = await stat(path).catch(() => null);
  if (!found?.isFile()) throw new TesseraError("bad-input", "there is no such file");
  return {
    bytes: found.size,
    async *read(range) {
      if (range && range.end <= range.start) return;
      const part = range ? { start: range.start, end: range.end - 1 } : {};
      for await (const piece of createReadStream(path, { ...part, highWaterMark: 256 * 1024 })) yield piece;
    },
  };
}
