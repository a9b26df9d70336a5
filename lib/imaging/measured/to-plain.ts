import sharp from "sharp";
import { type Composed, type Measured, SMALLER, smallestSufficient } from "../decoding/open-source.ts";
import { openStripWriter } from "../tiff/strip-writer.ts";
import type { RgbPixels } from "../types.ts";
import { openDisplay } from "./display.ts";

/** Side in pixels of the stored level that percentiles are taken from, at least. */
const STRETCH_SIDE = 1024;

/** Writes a page as a plain 8-bit TIFF of strips, grey or RGB, which libvips then reads as any picture. */
export async function writePlain(
  source: Measured | Composed,
  target: string,
  onProgress: (progress: number) => void,
): Promise<{ isGrey: boolean }> {
  const display = await openDisplay(
    source,
    ([full]) => full,
    (stored) => smallestSufficient(stored, STRETCH_SIDE),
  );
  const writer = await openStripWriter(target, display);
  try {
    for await (const rows of display.rows()) {
      await writer.write(rows.display, rows.height);
      onProgress((rows.y + rows.height) / display.height);
    }
    await writer.finish();
  } finally {
    await writer.close();
  }
  return { isGrey: display.bands === 1 };
}

/** A small version of a page: every n-th pixel, then scaled. */
export async function measuredOverview(source: Measured | Composed, maxSide: number): Promise<RgbPixels> {
  const small = (stored: Measured["stored"]) => smallestSufficient(stored, maxSide);
  const display = await openDisplay(source, small, small);
  const { bands } = display;
  const stride = Math.max(1, Math.floor(Math.max(display.width, display.height) / (2 * maxSide)));
  const width = Math.ceil(display.width / stride);
  const height = Math.ceil(display.height / stride);
  const thinned = Buffer.alloc(width * height * bands);
  for await (const rows of display.rows()) {
    for (let row = (stride - (rows.y % stride)) % stride; row < rows.height; row += stride) {
      const line = ((rows.y + row) / stride) * width;
      for (let x = 0; x < width; x += 1) {
        for (let band = 0; band < bands; band += 1) {
          thinned[(line + x) * bands + band] = rows.display[(row * rows.width + x * stride) * bands + band] ?? 0;
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
