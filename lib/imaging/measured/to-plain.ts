import sharp from "sharp";
import type { OpenedSource } from "../decoding/open-source.ts";
import { SMALLER, smallestSufficient } from "../decoding/open-source.ts";
import { openStripWriter } from "../tiff/strip-writer.ts";
import type { RgbPixels } from "../types.ts";
import { readRows } from "./rows.ts";
import { displayBands, measureStretch, toDisplay } from "./stretch.ts";

type Measured = Extract<OpenedSource, { kind: "measured" }>;

/** Side in pixels of the stored level that percentiles are taken from, at least. */
const STRETCH_SIDE = 1024;

/** Writes a measured page as a plain 8-bit TIFF of strips, grey or RGB, which libvips then reads as any picture. */
export async function writePlain(
  source: Measured,
  target: string,
  onProgress: (progress: number) => void,
): Promise<{ isGrey: boolean }> {
  const { path, samples } = source;
  const [full] = source.stored;
  const stretch = await measureStretch(path, smallestSufficient(source.stored, STRETCH_SIDE), samples);
  const writer = await openStripWriter(target, {
    width: full.width,
    height: full.height,
    bands: displayBands(samples),
  });
  try {
    for await (const rows of readRows(path, full.directory, samples)) {
      await writer.write(toDisplay(rows, samples, stretch), rows.height);
      onProgress((rows.y + rows.height) / full.height);
    }
    await writer.finish();
  } finally {
    await writer.close();
  }
  return { isGrey: displayBands(samples) === 1 };
}

/** A small version of a measured page: every n-th pixel, then scaled. */
export async function measuredOverview(source: Measured, maxSide: number): Promise<RgbPixels> {
  const { path, samples } = source;
  const level = smallestSufficient(source.stored, maxSide);
  const stretch = await measureStretch(path, level, samples);
  const stride = Math.max(1, Math.floor(Math.max(level.width, level.height) / (2 * maxSide)));
  const bands = displayBands(samples);
  const width = Math.ceil(level.width / stride);
  const height = Math.ceil(level.height / stride);
  const thinned = Buffer.alloc(width * height * bands);
  for await (const rows of readRows(path, level.directory, samples)) {
    const display = toDisplay(rows, samples, stretch);
    for (let row = (stride - (rows.y % stride)) % stride; row < rows.height; row += stride) {
      const line = ((rows.y + row) / stride) * width;
      for (let x = 0; x < width; x += 1) {
        for (let band = 0; band < bands; band += 1) {
          thinned[(line + x) * bands + band] = display[(row * rows.width + x * stride) * bands + band] ?? 0;
        }
      }
    }
  }
  const { data, info } = await sharp(thinned, { raw: { width, height, channels: bands } })
    .resize(maxSide, maxSide, SMALLER)
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}
