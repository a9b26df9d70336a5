import { type FileHandle, open } from "node:fs/promises";
import { pyramidLevels } from "#lib/core/tiling/pyramid-levels.ts";
import { type AppendFile, openAppendFile } from "../tiff/append-file.ts";
import { encodeDirectories, encodeHeader, type NewField } from "../tiff/encode.ts";
import type { EdgeTiles } from "./edge-tiles.ts";
import { type Level, levelFields, type PackedLevel, tileSize } from "./level-fields.ts";
import type { TileCodec } from "./tile-codec.ts";
import { TILE_NAME } from "./tile-name.ts";
import { readZipEntries, readZipEntry, type ZipEntry } from "./zip-entries.ts";

export type PackOptions = {
  archive: string;
  target: string;
  width: number;
  height: number;
  codec: TileCodec;
  bands: 1 | 3;
  micronsPerPixel: number | null;
  edges: EdgeTiles;
  onProgress: (progress: number) => void;
};

const HEADER_BYTES = 16;
const AT_ONCE = 16;

/**
 * Packs the tiles of a deep-zoom archive into one BigTIFF, as they are; those at the right and bottom edges whole, and as they were
 * cut beside them for viewers (tag `cutTiles`).
 */
export async function packPyramid(options: PackOptions): Promise<{ levels: number }> {
  const sizes = pyramidLevels(options.width, options.height);
  const archive = await open(options.archive, "r");
  const target = await openAppendFile(options.target, HEADER_BYTES);
  try {
    const entries = await tilesByName(archive);
    const directories: NewField[][] = [];
    for (const [number, size] of sizes.entries()) {
      const level = { ...size, number };
      const packed = await packLevel(target, level, options, async (column, row) => {
        const name = `${sizes.length - 1 - number}/${column}_${row}`;
        const entry = entries.get(name);
        if (!entry) throw new Error(`tile ${column}, ${row} of level ${number} was not written`);
        const cut = await readZipEntry(archive, entry);
        return { cut, whole: await options.edges.whole(name, cut) };
      });
      directories.push(levelFields(level, packed, options));
      options.onProgress((number + 1) / sizes.length);
    }
    const { bytes, first } = encodeDirectories(directories, target.size);
    await target.append(bytes);
    await target.header(encodeHeader(first));
  } finally {
    await target.close();
    await archive.close();
  }
  return { levels: sizes.length };
}

async function tilesByName(archive: FileHandle): Promise<Map<string, ZipEntry>> {
  const tiles = new Map<string, ZipEntry>();
  for (const entry of await readZipEntries(archive)) {
    const [, level, column, row] = TILE_NAME.exec(entry.name) ?? [];
    if (level !== undefined) tiles.set(`${level}/${column}_${row}`, entry);
  }
  return tiles;
}

async function packLevel(
  target: AppendFile,
  level: Level,
  options: PackOptions,
  read: (column: number, row: number) => Promise<{ cut: Buffer; whole: Buffer | null }>,
): Promise<PackedLevel> {
  const tile = tileSize(options);
  const columns = Math.ceil(level.width / tile.width);
  const rows = Math.ceil(level.height / tile.height);
  const packed: PackedLevel = { tiles: [], cut: [] };
  // Whatever is laid out at once is appended in order, so that the same picture gives the same file.
  for (let begin = 0; begin < columns * rows; begin += AT_ONCE) {
    const indices = Array.from({ length: Math.min(AT_ONCE, columns * rows - begin) }, (_, step) => begin + step);
    const made = await Promise.all(
      indices.map(async (index) => ({ index, ...(await read(index % columns, Math.floor(index / columns))) })),
    );
    for (const { index, cut, whole } of made) {
      const offset = await target.append(cut);
      if (whole) packed.cut.push(index, offset, cut.length);
      packed.tiles.push(
        whole ? { offset: await target.append(whole), bytes: whole.length } : { offset, bytes: cut.length },
      );
    }
  }
  return packed;
}
