import sharp from "sharp";
import { TesseraError } from "#lib/core/errors.ts";
import type { PixelRectangle, RgbPixels } from "../types.ts";
import { decodedTile } from "./decoded-tiles.ts";
import type { SharedFile } from "./shared-file.ts";
import type { PyramidLevel } from "./stored-pyramid.ts";

const BANDS = 3;
/** Pixels of a region as it is given out, and as it is put together before it is scaled. */
const MAX_PIXELS = 64_000_000;

export type PyramidFile = { id: string; file: SharedFile; levels: readonly [PyramidLevel, ...PyramidLevel[]] };

/**
 * Reads a region at the wanted size from the coarsest level that is at least as fine. Exact at full resolution; elsewhere the
 * picture lies within half an output pixel of where it belongs.
 */
export async function readRegion(
  pyramid: PyramidFile,
  region: PixelRectangle,
  output: { width: number; height: number },
  signal: AbortSignal | undefined,
): Promise<RgbPixels> {
  assertInside(pyramid.levels[0], region, output);
  const shrink = Math.min(region.width / output.width, region.height / output.height);
  const number = Math.min(pyramid.levels.length - 1, Math.max(0, Math.floor(Math.log2(shrink))));
  const level = pyramid.levels[number] ?? pyramid.levels[0];
  const factor = 2 ** number;
  const wanted = {
    x: region.x / factor,
    y: region.y / factor,
    width: region.width / factor,
    height: region.height / factor,
  };
  const cover = coverOf(wanted, level);
  const pixels = await compose(pyramid, number, level, cover, signal);
  signal?.throwIfAborted();
  return scale(pixels, cover, wanted, output);
}

function assertInside(full: PyramidLevel, region: PixelRectangle, output: { width: number; height: number }): void {
  const { x, y, width, height } = region;
  if (!(x >= 0 && y >= 0 && width > 0 && height > 0 && x + width <= full.width && y + height <= full.height)) {
    throw new TesseraError(
      "bad-input",
      `the region ${x},${y},${width},${height} leaves the picture (${full.width} × ${full.height})`,
    );
  }
  const sized =
    Number.isInteger(output.width) && Number.isInteger(output.height) && output.width > 0 && output.height > 0;
  if (!sized || output.width * output.height > MAX_PIXELS) {
    throw new TesseraError("bad-input", `a region cannot be read at ${output.width} × ${output.height} pixels`);
  }
}

/** The smallest whole pixels of the level that hold the rectangle. */
function coverOf(wanted: PixelRectangle, level: PyramidLevel): PixelRectangle {
  const x = Math.min(Math.floor(wanted.x), level.width - 1);
  const y = Math.min(Math.floor(wanted.y), level.height - 1);
  const right = Math.min(level.width, Math.max(x + 1, Math.ceil(wanted.x + wanted.width)));
  const bottom = Math.min(level.height, Math.max(y + 1, Math.ceil(wanted.y + wanted.height)));
  const cover = { x, y, width: right - x, height: bottom - y };
  if (cover.width * cover.height > MAX_PIXELS) {
    throw new TesseraError("bad-input", "the region is too large to be read at once at so uneven a scale");
  }
  return cover;
}

/** Puts the pixels of a rectangle together from the tiles that it touches. */
async function compose(
  pyramid: PyramidFile,
  number: number,
  level: PyramidLevel,
  cover: PixelRectangle,
  signal: AbortSignal | undefined,
): Promise<Buffer> {
  const pixels = Buffer.allocUnsafe(cover.width * cover.height * BANDS);
  const { tileWidth, tileHeight } = level;
  const lastColumn = Math.floor((cover.x + cover.width - 1) / tileWidth);
  const lastRow = Math.floor((cover.y + cover.height - 1) / tileHeight);
  for (let row = Math.floor(cover.y / tileHeight); row <= lastRow; row += 1) {
    signal?.throwIfAborted();
    const columns: number[] = [];
    for (let column = Math.floor(cover.x / tileWidth); column <= lastColumn; column += 1) columns.push(column);
    await Promise.all(
      columns.map(async (column) => {
        const tile = await readTile(pyramid, number, level, column, row);
        const place = { x: column * tileWidth, y: row * tileHeight, width: tileWidth, height: tileHeight };
        copyOverlap(tile, place, pixels, cover);
      }),
    );
  }
  return pixels;
}

function readTile(
  { id, file }: PyramidFile,
  number: number,
  level: PyramidLevel,
  column: number,
  row: number,
): Promise<Buffer> {
  return decodedTile(`${id}/${number}/${column}/${row}`, async () => {
    const place = level.whole(column, row);
    if (!place) throw new Error(`level ${number} has no tile ${column}, ${row}`);
    return sharp(await file.read(place.offset, place.bytes))
      .toColourspace("srgb")
      .removeAlpha()
      .raw()
      .toBuffer();
  });
}

function copyOverlap(tile: Buffer, place: PixelRectangle, pixels: Buffer, cover: PixelRectangle): void {
  const left = Math.max(cover.x, place.x);
  const right = Math.min(cover.x + cover.width, place.x + place.width);
  const top = Math.max(cover.y, place.y);
  const bottom = Math.min(cover.y + cover.height, place.y + place.height);
  for (let y = top; y < bottom; y += 1) {
    const from = ((y - place.y) * place.width + left - place.x) * BANDS;
    const to = ((y - cover.y) * cover.width + left - cover.x) * BANDS;
    tile.copy(pixels, to, from, from + (right - left) * BANDS);
  }
}

/** Scales what covers the rectangle, then cuts the rectangle out, to the nearest output pixel. */
async function scale(
  pixels: Buffer,
  cover: PixelRectangle,
  wanted: PixelRectangle,
  output: { width: number; height: number },
): Promise<RgbPixels> {
  if (cover.width === output.width && cover.height === output.height) return { data: pixels, ...output };
  const along = { x: output.width / wanted.width, y: output.height / wanted.height };
  const width = Math.max(output.width, Math.round(cover.width * along.x));
  const height = Math.max(output.height, Math.round(cover.height * along.y));
  const left = Math.min(width - output.width, Math.round((wanted.x - cover.x) * along.x));
  const top = Math.min(height - output.height, Math.round((wanted.y - cover.y) * along.y));
  const resized = sharp(pixels, {
    raw: { width: cover.width, height: cover.height, channels: BANDS },
    limitInputPixels: false,
  })
    .resize(width, height, { fit: "fill" })
    .extract({ left, top, ...output });
  return { data: await resized.raw().toBuffer(), ...output };
}
