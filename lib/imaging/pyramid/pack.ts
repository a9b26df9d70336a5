import { type FileHandle, open } from "node:fs/promises";
import sharp from "sharp";
import { pyramidLevels } from "#lib/core/tiling/pyramid-levels.ts";
import { type AppendFile, openAppendFile } from "../tiff/append-file.ts";
import { encodeDirectories, encodeHeader, type NewField } from "../tiff/encode.ts";
import { type Level, levelFields, type PackedLevel, tileSize } from "./level-fields.ts";
import { encodeWith, type TileCodec } from "./tile-codec.ts";
import { readZipEntries, readZipEntry, type ZipEntry } from "./zip-entries.ts";

export type PackOptions = {
  archive: string;
  target: string;
  width: number;
  height: number;
  codec: TileCodec;
  bands: 1 | 3;
  micronsPerPixel: number | null;
  onProgress: (progress: number) => void;
};

const HEADER_BYTES = 16;
const AT_ONCE = 8;
/** libvips names tiles `…/level/column_row.suffix`, where level 0 is the smallest. */
const TILE_NAME = /\/(\d+)\/(\d+)_(\d+)\.[a-z]+$/;

/**
 * Packs the tiles of a deep-zoom archive into one BigTIFF, as they are. TIFF wants whole tiles: those at the right and bottom
 * edges are filled up by repeating their last pixels, and the cut ones are kept beside them for viewers (tag `cutTiles`).
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
      const packed = await packLevel(archive, target, level, options, (column, row) => {
        const entry = entries.get(`${sizes.length - 1 - number}/${column}_${row}`);
        if (!entry) throw new Error(`tile ${column}, ${row} of level ${number} was not written`);
        return entry;
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
  archive: FileHandle,
  target: AppendFile,
  level: Level,
  options: PackOptions,
  entryAt: (column: number, row: number) => ZipEntry,
): Promise<PackedLevel> {
  const tile = tileSize(options);
  const columns = Math.ceil(level.width / tile.width);
  const rows = Math.ceil(level.height / tile.height);
  const packed: PackedLevel = { tiles: [], cut: [] };
  // Whatever is laid out at once is appended in order, so that the same picture gives the same file.
  for (let begin = 0; begin < columns * rows; begin += AT_ONCE) {
    const indices = Array.from({ length: Math.min(AT_ONCE, columns * rows - begin) }, (_, step) => begin + step);
    const made = await Promise.all(
      indices.map(async (index) => {
        const [column, row] = [index % columns, Math.floor(index / columns)];
        const cut = await readZipEntry(archive, entryAt(column, row));
        const right = Math.max(0, (column + 1) * tile.width - level.width);
        const bottom = Math.max(0, (row + 1) * tile.height - level.height);
        return { index, cut, whole: right + bottom > 0 ? await fillUp(cut, { right, bottom }, options) : null };
      }),
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

async function fillUp(
  tile: Buffer,
  missing: { right: number; bottom: number },
  { codec, bands }: PackOptions,
): Promise<Buffer> {
  const extended = sharp(tile)
    .toColourspace(bands === 1 && codec === "jpeg" ? "b-w" : "srgb")
    .extend({ ...missing, extendWith: "copy" });
  return encodeWith(codec, extended).toBuffer();
}
