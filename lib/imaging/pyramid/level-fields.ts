import { VIEWER_TILE } from "#lib/core/tiling/pyramid-levels.ts";
import type { NewField } from "../tiff/encode.ts";
import { TAG } from "../tiff/tags.ts";
import { type TileCodec, tiffCodec } from "./tile-codec.ts";

/** A level of a pyramid; number 0 is full resolution. */
export type Level = { width: number; height: number; number: number };

/** Where the tiles of a level lie, row by row, and triples of index, offset and length of those that are cut. */
export type PackedLevel = { tiles: { offset: number; bytes: number }[]; cut: number[] };

/** What all levels of a pyramid share. */
export type PackedPicture = {
  width: number;
  height: number;
  codec: TileCodec;
  bands: 1 | 3;
  micronsPerPixel: number | null;
  /** Pixels that share one value of chroma, across and down, in JPEG tiles of three bands; 1 and 1 unless said. */
  subsampling?: readonly number[];
};

/**
 * Tiles as TIFF has them: 512 px, but for a picture that fits one tile only as large as it has to be, in the multiples of 16 that
 * TIFF asks for: libtiff's readers refuse tiles many times the size of their picture.
 */
export function tileSize({ width, height }: { width: number; height: number }): { width: number; height: number } {
  if (width > VIEWER_TILE || height > VIEWER_TILE) return { width: VIEWER_TILE, height: VIEWER_TILE };
  return { width: Math.ceil(width / 16) * 16, height: Math.ceil(height / 16) * 16 };
}

/** The directory of a level, except for where it stands. `picture` describes the whole pyramid. */
export function levelFields(level: Level, { tiles, cut }: PackedLevel, picture: PackedPicture): NewField[] {
  const tile = tileSize(picture);
  const { compression, photometric, bands } = tiffCodec(picture.codec, picture.bands);
  const fields: NewField[] = [
    { tag: TAG.newSubfileType, type: "long", values: [level.number === 0 ? 0 : 1] },
    { tag: TAG.imageWidth, type: "long", values: [level.width] },
    { tag: TAG.imageLength, type: "long", values: [level.height] },
    { tag: TAG.bitsPerSample, type: "short", values: Array.from({ length: bands }, () => 8) },
    { tag: TAG.compression, type: "short", values: [compression] },
    { tag: TAG.photometric, type: "short", values: [photometric] },
    { tag: TAG.samplesPerPixel, type: "short", values: [bands] },
    { tag: TAG.planarConfiguration, type: "short", values: [1] },
    { tag: TAG.software, type: "ascii", values: "Tessera" },
    { tag: TAG.tileWidth, type: "short", values: [tile.width] },
    { tag: TAG.tileLength, type: "short", values: [tile.height] },
    { tag: TAG.tileOffsets, type: "long8", values: tiles.map(({ offset }) => offset) },
    { tag: TAG.tileByteCounts, type: "long8", values: tiles.map(({ bytes }) => bytes) },
  ];
  if (bands === 3 && picture.codec === "jpeg")
    fields.push({ tag: TAG.yCbCrSubsampling, type: "short", values: [...(picture.subsampling ?? [1, 1])] });
  if (cut.length > 0) fields.push({ tag: TAG.cutTiles, type: "long8", values: cut });
  if (picture.micronsPerPixel !== null) {
    const perCentimetre = 10_000 / (picture.micronsPerPixel * 2 ** level.number);
    fields.push(
      { tag: TAG.xResolution, type: "rational", values: [perCentimetre] },
      { tag: TAG.yResolution, type: "rational", values: [perCentimetre] },
      { tag: TAG.resolutionUnit, type: "short", values: [3] },
    );
  }
  return fields;
}
