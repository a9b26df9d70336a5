import sharp from "sharp";
import { openPyramidFile } from "./pyramid/open.ts";

const SIDE = 512;

/** A WebP of at most 512 × 512 pixels, from the small levels of the pyramid at `path`. */
export async function makeThumbnail(path: string): Promise<Buffer> {
  const pyramid = await openPyramidFile(path);
  try {
    const { reader } = pyramid;
    const shrink = Math.max(1, reader.width / SIDE, reader.height / SIDE);
    const width = Math.max(1, Math.round(reader.width / shrink));
    const height = Math.max(1, Math.round(reader.height / shrink));
    const region = { x: 0, y: 0, width: reader.width, height: reader.height };
    const { data } = await reader.read(region, { width, height });
    return await sharp(data, { raw: { width, height, channels: 3 } })
      .webp({ quality: 80 })
      .toBuffer();
  } finally {
    await pyramid.close();
  }
}
