import sharp from "sharp";
import { TesseraError } from "#lib/core/errors.ts";
import { shownPyramid } from "../pictures/shown-image.ts";
import type { PictureOf } from "./pdf/write-blocks.ts";

const QUALITY = 86;

/** Parts of an image as JPEG, never larger than they are; null where moderation or a missing file keeps the picture from being shown. */
export function reportPictures(imageId: string): PictureOf {
  return async (region, maxSide) => {
    try {
      const { reader } = await shownPyramid(imageId, region.page);
      const shrink = Math.max(1, region.width / maxSide, region.height / maxSide);
      const size = {
        width: Math.max(1, Math.round(region.width / shrink)),
        height: Math.max(1, Math.round(region.height / shrink)),
      };
      const { x, y, width, height } = region;
      const { data } = await reader.read({ x, y, width, height }, size);
      return await sharp(data, { raw: { ...size, channels: 3 } })
        .jpeg({ quality: QUALITY, chromaSubsampling: "4:4:4" })
        .toBuffer();
    } catch (error) {
      if (error instanceof TesseraError && error.code === "not-found") return null;
      throw error;
    }
  };
}
