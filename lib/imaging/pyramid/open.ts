import { createHash, randomUUID } from "node:crypto";
import { stat } from "node:fs/promises";
import type { RegionReader, StoredTile } from "../types.ts";
import { encodedTile } from "./encoded-tiles.ts";
import { type PyramidFile, readRegion } from "./read-region.ts";
import { type SharedFile, shareFile } from "./shared-file.ts";
import { readLevels } from "./stored-pyramid.ts";

/** An open pyramid. It stays usable after `close`, which only gives its file handle back. */
export type Pyramid = {
  /** Tells its bytes from those of every other pyramid. */
  fingerprint: string;
  /** How its tiles are stored. */
  mediaType: StoredTile["mediaType"];
  /** The tile as it is stored, without decoding; null where the level has no such tile. */
  tile(level: number, x: number, y: number): StoredTile | null;
  reader: RegionReader;
  close(): Promise<void>;
};

/** Opens a pyramid file: reads where its tiles lie, once. Throws where it is missing or not a pyramid. */
export async function openPyramidFile(path: string): Promise<Pyramid> {
  const { size } = await stat(path);
  return openPyramidSource(shareFile(path), size);
}

/** Opens a pyramid of `size` bytes wherever it is: only where its tiles lie is read, and then each tile by itself. */
export async function openPyramidSource(file: SharedFile, size: number): Promise<Pyramid> {
  const [full, ...smaller] = await readLevels({ size, read: (offset, length) => file.read(offset, length) });
  if (!full) throw new Error("the pyramid has no level");
  const pyramid: PyramidFile = { id: randomUUID(), file, levels: [full, ...smaller] };
  const fingerprint = await fingerprintOf(pyramid, size);
  return {
    fingerprint,
    mediaType: full.mediaType,
    tile(level, x, y) {
      const stored = pyramid.levels[level];
      const place = stored?.cut(x, y);
      if (!stored || !place) return null;
      const name = `${fingerprint}-${level}-${x}-${y}`;
      return {
        mediaType: stored.mediaType,
        etag: `"${name}"`,
        byteLength: place.bytes,
        read: () => encodedTile(name, place.bytes, () => file.read(place.offset, place.bytes)),
      };
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

/**
 * Tells the bytes of a pyramid from those of every other, also of one built anew from the same source, without reading them all: by
 * where its tiles lie, and so how long each is, and by the smallest level, which shows the whole picture.
 */
async function fingerprintOf({ file, levels }: PyramidFile, size: number): Promise<string> {
  const hash = createHash("sha256").update(String(size));
  for (const level of levels) hash.update(level.offsets);
  const overview = levels.at(-1)?.whole(0, 0);
  if (overview) hash.update(await file.read(overview.offset, overview.bytes));
  return hash.digest("base64url").slice(0, 22);
}
