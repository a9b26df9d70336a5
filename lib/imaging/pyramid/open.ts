import { createHash, randomUUID } from "node:crypto";
import { stat } from "node:fs/promises";
import type { EncodedTile, RegionReader } from "../types.ts";
import { type PyramidFile, readRegion } from "./read-region.ts";
import { shareFile } from "./shared-file.ts";
import { readLevels } from "./stored-pyramid.ts";

/** An open pyramid. It stays usable after `close`, which only gives its file handle back. */
export type Pyramid = {
  /** The tile as it is stored, without decoding; null where the level has no such tile. */
  tile(level: number, x: number, y: number): Promise<EncodedTile | null>;
  reader: RegionReader;
  close(): Promise<void>;
};

/** Opens a pyramid file: reads where its tiles lie, once. Throws where it is missing or not a pyramid. */
export async function openPyramidFile(path: string): Promise<Pyramid> {
  const file = shareFile(path);
  const { size } = await stat(path);
  const [full, ...smaller] = await readLevels({ size, read: (offset, length) => file.read(offset, length) });
  if (!full) throw new Error("the pyramid has no level");
  const pyramid: PyramidFile = { id: randomUUID(), file, levels: [full, ...smaller] };
  return {
    async tile(level, x, y) {
      const stored = pyramid.levels[level];
      const place = stored?.cut(x, y);
      if (!stored || !place) return null;
      const bytes = await file.read(place.offset, place.bytes);
      return { bytes, mediaType: stored.mediaType, etag: strongTag(bytes) };
    },
    reader: {
      width: full.width,
      height: full.height,
      levels: pyramid.levels.length,
      read: (region, output = { width: region.width, height: region.height }, signal) =>
        readRegion(pyramid, region, output, signal),
    },
    close: () => file.close(),
  };
}

/** A strong entity tag says that the bytes are these. */
function strongTag(bytes: Uint8Array): string {
  return `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`;
}
