import { type FileHandle, open, rename } from "node:fs/promises";
import { pyramidLevels } from "#lib/core/tiling/pyramid-levels.ts";
import { type AppendFile, appendDirectories, openToExtend } from "../tiff/append-file.ts";
import { readFully } from "../tiff/byte-source.ts";
import type { NewField } from "../tiff/encode.ts";
import type { EdgeTiles } from "./edge-tiles.ts";
import { type Level, levelFields, type PackedLevel, tileSize } from "./level-fields.ts";
import type { TileCodec } from "./tile-codec.ts";
import { TILE_NAME } from "./tile-name.ts";
import { placeOfEntry, readZipEntries, type ZipEntry } from "./zip-entries.ts";

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

type Place = { offset: number; bytes: number };

const AT_ONCE = 16;

/**
 * Makes a BigTIFF of a deep-zoom archive where it stands, and names it `target`: an archive holds its tiles as they are, so that a TIFF can
 * point into it and nothing is copied. The archive's own directory and what libvips says of the picture, which stand behind the tiles,
 * are cut off; the first entry's header, which nobody needs any more, gives way to that of the TIFF. Tiles at the right and bottom edges
 * are appended whole; as they were cut they are left for viewers (tag `cutTiles`).
 */
export async function packPyramid(options: PackOptions): Promise<{ levels: number }> {
  const sizes = pyramidLevels(options.width, options.height);
  const archive = await open(options.archive, "r+");
  try {
    const places = placesByName(archive, await readZipEntries(archive));
    const end = [...places.values()].reduce((last, { offset, bytes }) => Math.max(last, offset + bytes), 0);
    const target = await openToExtend(archive, end);
    const directories: NewField[][] = [];
    for (const [number, size] of sizes.entries()) {
      const level = { ...size, number };
      const names = namesOf(level, sizes.length - 1 - number, options);
      directories.push(levelFields(level, await packLevel({ archive, target, places, names }, options.edges), options));
      options.onProgress((number + 1) / sizes.length);
    }
    await appendDirectories(target, directories);
  } finally {
    await archive.close();
  }
  await rename(options.archive, options.target);
  return { levels: sizes.length };
}

function placesByName(archive: FileHandle, entries: readonly ZipEntry[]): Map<string, Place> {
  const places = new Map<string, Place>();
  for (const entry of entries) {
    const [, level, column, row] = TILE_NAME.exec(entry.name) ?? [];
    if (level !== undefined) places.set(`${level}/${column}_${row}`, placeOfEntry(archive, entry));
  }
  return places;
}

/** The names that libvips gives to the tiles of a level, row by row. */
function namesOf(level: Level, number: number, options: PackOptions): string[] {
  const tile = tileSize(options);
  const columns = Math.ceil(level.width / tile.width);
  const rows = Math.ceil(level.height / tile.height);
  return Array.from({ length: columns * rows }, (_, at) => `${number}/${at % columns}_${Math.floor(at / columns)}`);
}

async function packLevel(
  from: { archive: FileHandle; target: AppendFile; places: ReadonlyMap<string, Place>; names: readonly string[] },
  edges: EdgeTiles,
): Promise<PackedLevel> {
  const packed: PackedLevel = { tiles: [], cut: [] };
  const filled: { index: number; place: Place; name: string }[] = [];
  for (const [index, name] of from.names.entries()) {
    const place = from.places.get(name);
    if (!place) throw new Error(`tile ${name} was not written`);
    packed.tiles.push(place);
    if (edges.isCut(name)) filled.push({ index, place, name });
  }
  for (let begin = 0; begin < filled.length; begin += AT_ONCE) {
    const made = await Promise.all(
      filled.slice(begin, begin + AT_ONCE).map(async ({ index, place, name }) => ({
        index,
        place,
        whole: await edges.whole(name, () => readFully(from.archive, place.offset, place.bytes)),
      })),
    );
    for (const { index, place, whole } of made) {
      packed.cut.push(index, place.offset, place.bytes);
      packed.tiles[index] = { offset: await from.target.append(whole), bytes: whole.length };
    }
  }
  return packed;
}
