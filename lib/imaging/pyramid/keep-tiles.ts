import { rm } from "node:fs/promises";
import sharp, { type Sharp } from "sharp";
import { pyramidLevels, VIEWER_TILE } from "#lib/core/tiling/pyramid-levels.ts";
import { plainPixels, SMALLER } from "../decoding/open-source.ts";
import { appendDirectories, openAppendFile } from "../tiff/append-file.ts";
import { type ByteSource, withFileSource } from "../tiff/byte-source.ts";
import { type Directory, number, numbers, readTiff, type Tiff } from "../tiff/directory.ts";
import type { NewField } from "../tiff/encode.ts";
import type { StoredPage } from "../tiff/layout.ts";
import { readSampleLayout } from "../tiff/sample-layout.ts";
import { COMPRESSION, PHOTOMETRIC, TAG } from "../tiff/tags.ts";
import { standaloneTile } from "./jpeg-tile.ts";
import { levelFields, type PackedLevel } from "./level-fields.ts";
import { encodeWith, fillUp } from "./tile-codec.ts";

/** How the levels of a source are coded, the same for all of them. */
type Coding = { bands: 1 | 3; subsampling: readonly number[] };
type KeptLevel = { directory: Directory; width: number; height: number };
type Size = { width: number; height: number };

const HEADER_BYTES = 16;
/** A level is decoded whole and shrunk to this many pixels, which costs little more than decoding does. */
const LOOK_SIDE = 64;
/** The last level of a source may have this many pixels a side. */
const LARGEST_LAST = 4 * VIEWER_TILE;

/**
 * Makes the pyramid of a source that is one already, of this server's shape – JPEG tiles of 512 px on every level – by keeping its
 * tiles as they are: nothing is encoded a second time but the cut tiles of the edges that viewers want. Every level is decoded once, so that
 * what other processes meet has been decoded before. Null, and nothing at `target`, where the source is of another shape or a tile is
 * damaged. Throws what the decoder says.
 */
export async function keepTiles(options: {
  path: string;
  stored: StoredPage;
  target: string;
  micronsPerPixel: number | null;
  onProgress: (progress: number) => void;
}): Promise<{ width: number; height: number; levels: number } | null> {
  const { path, stored, target } = options;
  return withFileSource(path, async (source) => {
    const tiff = await readTiff(source);
    const found = await fittingLevels(tiff, stored);
    if (!found) return null;
    const [{ width, height }] = stored;
    const file = await openAppendFile(target, HEADER_BYTES);
    let isWhole = false;
    try {
      const directories: NewField[][] = [];
      const picture = { ...options, bands: found.coding.bands, width, height, codec: "jpeg" as const };
      for (const [index, level] of found.levels.entries()) {
        await plainPixels(path, level.directory.index).resize(LOOK_SIDE, LOOK_SIDE, SMALLER).raw().toBuffer();
        const packed = await keepLevel(source, tiff, level, found.coding, (bytes) => file.append(bytes));
        if (!packed) return null;
        const { subsampling } = found.coding;
        directories.push(levelFields({ ...level, number: index }, packed, { ...picture, subsampling }));
        options.onProgress((index + 1) / found.levels.length);
      }
      const last = found.levels.at(-1)?.directory.index ?? 0;
      for (const [index, size] of found.missing.entries()) {
        const pixels = plainPixels(path, last).resize(size.width, size.height, { fit: "fill" });
        const packed = await encodeLevel(pixels, size, found.coding, (bytes) => file.append(bytes));
        directories.push(levelFields({ ...size, number: found.levels.length + index }, packed, picture));
      }
      await appendDirectories(file, directories);
      isWhole = true;
    } finally {
      await file.close();
      if (!isWhole) await rm(target, { force: true });
    }
    return { width, height, levels: found.levels.length + found.missing.length };
  });
}

/**
 * The levels of a page, where all are coded as tiles are served. Others than this server end with a level of a few tiles; what is
 * `missing` below it is made from that.
 */
async function fittingLevels(
  tiff: Tiff,
  stored: StoredPage,
): Promise<{ levels: KeptLevel[]; missing: Size[]; coding: Coding } | null> {
  const [{ width, height }] = stored;
  if (Math.max(width, height) <= VIEWER_TILE) return null;
  const levels: KeptLevel[] = [];
  let coding: Coding | null = null;
  for (const size of pyramidLevels(width, height)) {
    const level = stored.find((each) => each.width === size.width && each.height === size.height);
    const above = levels.at(-1);
    if (!level && coding && above && Math.max(above.width, above.height) <= LARGEST_LAST) {
      return { levels, missing: pyramidLevels(width, height).slice(levels.length), coding };
    }
    const directory = level && level.mask === null ? tiff.directories[level.directory] : undefined;
    const found = directory && (await codingOf(tiff, directory));
    if (!directory || !found) return null;
    if (coding && (coding.bands !== found.bands || String(coding.subsampling) !== String(found.subsampling)))
      return null;
    coding = found;
    levels.push({ ...size, directory });
  }
  return coding && { levels, missing: [], coding };
}

/** Null where the pixels would have to be changed on the way: turned, hidden, or brought to another space of colours. */
async function codingOf(tiff: Tiff, directory: Directory): Promise<Coding | null> {
  const { samples, bits, alpha, noData, compression } = await readSampleLayout(tiff, directory);
  const photometric = await number(tiff, directory, TAG.photometric, -1);
  const isGrey = samples === 1 && photometric === PHOTOMETRIC.blackIsZero;
  const fits =
    (isGrey || (samples === 3 && photometric === PHOTOMETRIC.yCbCr)) &&
    compression === COMPRESSION.jpeg &&
    bits === 8 &&
    alpha === null &&
    noData === null &&
    !directory.fields.has(TAG.colourProfile) &&
    (await number(tiff, directory, TAG.orientation, 1)) === 1 &&
    (await number(tiff, directory, TAG.planarConfiguration, 1)) === 1 &&
    (await number(tiff, directory, TAG.tileWidth, 0)) === VIEWER_TILE &&
    (await number(tiff, directory, TAG.tileLength, 0)) === VIEWER_TILE;
  if (!fits) return null;
  const said = await numbers(tiff, directory, TAG.yCbCrSubsampling, 2);
  return { bands: isGrey ? 1 : 3, subsampling: said.length === 2 ? said : [2, 2] };
}

/** Copies the tiles of a level, and appends those of the edges as they are cut; null where one cannot stand alone. */
async function keepLevel(
  source: ByteSource,
  tiff: Tiff,
  level: KeptLevel,
  { bands }: Coding,
  append: (bytes: Buffer) => Promise<number>,
): Promise<PackedLevel | null> {
  const { directory, width, height } = level;
  const offsets = await numbers(tiff, directory, TAG.tileOffsets);
  const lengths = await numbers(tiff, directory, TAG.tileByteCounts);
  const shared = Buffer.from(await numbers(tiff, directory, TAG.jpegTables));
  const columns = Math.ceil(width / VIEWER_TILE);
  const rows = Math.ceil(height / VIEWER_TILE);
  if (offsets.length !== columns * rows || lengths.length !== offsets.length) return null;
  const packed: PackedLevel = { tiles: [], cut: [] };
  for (const [index, offset] of offsets.entries()) {
    const length = lengths[index] ?? 0;
    // A tile of no bytes is left to the decoder, which knows what it stands for.
    if (length === 0 || offset + length > source.size) return null;
    const shape = { width: VIEWER_TILE, height: VIEWER_TILE, bands };
    const tile = standaloneTile(await source.read(offset, length), shared.length > 0 ? shared : null, shape);
    if (!tile) return null;
    packed.tiles.push({ offset: await append(tile), bytes: tile.length });
    const right = Math.min(VIEWER_TILE, width - (index % columns) * VIEWER_TILE);
    const bottom = Math.min(VIEWER_TILE, height - Math.floor(index / columns) * VIEWER_TILE);
    if (right === VIEWER_TILE && bottom === VIEWER_TILE) continue;
    const cut = await encodeWith(
      "jpeg",
      sharp(tile)
        .extract({ left: 0, top: 0, width: right, height: bottom })
        .toColourspace(bands === 1 ? "b-w" : "srgb"),
    ).toBuffer();
    packed.cut.push(index, await append(cut), cut.length);
  }
  return packed;
}

/** Encodes a level of a few tiles, each whole and, at the edges, cut. */
async function encodeLevel(
  pixels: Sharp,
  { width, height }: Size,
  { bands }: Coding,
  append: (bytes: Buffer) => Promise<number>,
): Promise<PackedLevel> {
  const space = bands === 1 ? "b-w" : "srgb";
  const raw = await pixels.toColourspace(space).raw().toBuffer();
  const packed: PackedLevel = { tiles: [], cut: [] };
  for (let top = 0; top < height; top += VIEWER_TILE) {
    for (let left = 0; left < width; left += VIEWER_TILE) {
      const size = { width: Math.min(VIEWER_TILE, width - left), height: Math.min(VIEWER_TILE, height - top) };
      const tile = sharp(raw, { raw: { width, height, channels: bands } })
        .extract({ left, top, ...size })
        .toColourspace(space);
      const cut = await encodeWith("jpeg", tile).toBuffer();
      const sides = { right: VIEWER_TILE - size.width, bottom: VIEWER_TILE - size.height };
      const isCut = sides.right + sides.bottom > 0;
      const whole = isCut ? await fillUp(cut, sides, { codec: "jpeg", bands }) : cut;
      if (isCut) packed.cut.push(packed.tiles.length, await append(cut), cut.length);
      packed.tiles.push({ offset: await append(whole), bytes: whole.length });
    }
  }
  return packed;
}
