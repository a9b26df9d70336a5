import sharp, { type Sharp } from "sharp";
import { SEQUENTIAL, SMALLER } from "../decoding/open-source.ts";
import type { StoredLevel } from "../tiff/layout.ts";
import { openStripWriter } from "../tiff/strip-writer.ts";
import type { RgbPixels } from "../types.ts";
import { readRows } from "./rows.ts";

/**
 * What libvips reads of a level, black where the level's mask hides it. libvips does not read GDAL's masks, of one bit and a photometric
 * of their own: the mask is written beside `scratch` in 8 bits first.
 */
export async function blackWhereHidden(
  pixels: Sharp,
  path: string,
  level: StoredLevel | null,
  scratch: string,
): Promise<Sharp> {
  const mask = level && (await writeMask(path, level, scratch));
  return mask === null ? pixels : pixels.composite([{ input: mask, blend: "multiply", ...SEQUENTIAL }]);
}

/** The same for a picture that was made smaller, to fit `maxSide`: the mask is, too. */
export async function darkenHidden(
  picture: RgbPixels,
  path: string,
  level: StoredLevel | null,
  scratch: string,
  maxSide: number,
): Promise<RgbPixels> {
  const mask = level && (await writeMask(path, level, scratch));
  if (mask === null) return picture;
  const shown = await sharp(mask, SEQUENTIAL).resize(maxSide, maxSide, SMALLER).toColourspace("b-w").raw().toBuffer();
  const data = picture.data.map((value, at) => Math.round((value * (shown[Math.floor(at / 3)] ?? 0)) / 255));
  return { ...picture, data };
}

/** Writes the mask of a level as a grey TIFF, white where there is data; null where it has none. */
async function writeMask(path: string, level: StoredLevel, scratch: string): Promise<string | null> {
  if (level.mask === null) return null;
  const target = `${scratch}.mask.tif`;
  const writer = await openStripWriter(target, { width: level.width, height: level.height, bands: 1 });
  try {
    for await (const { values, height } of readRows(
      path,
      { directory: level.mask, mask: null },
      { bands: [0], alpha: null },
    )) {
      await writer.write(
        Uint8Array.from(values, (value) => (value === 0 ? 0 : 255)),
        height,
      );
    }
    await writer.finish();
  } finally {
    await writer.close();
  }
  return target;
}
