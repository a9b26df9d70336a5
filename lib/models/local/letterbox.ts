import sharp from "sharp";
import type { TilePicture } from "../types.ts";

/** Where a picture lies in the square it was fitted into: scale from its pixels to the square's, and its top-left corner there. */
export type Placement = { scale: number; left: number; top: number };

/** The grey that detectors trained on ImageNet-like data see as nothing. */
const GREY = { r: 114, g: 114, b: 114 };

/** Fits a picture into a square of `side` pixels, its aspect ratio kept, the rest grey. The pixels are a buffer of their own. */
export async function letterbox(
  picture: TilePicture,
  side: number,
): Promise<{ rgb: Uint8Array<ArrayBuffer>; placement: Placement }> {
  const { data, width, height } = picture;
  const scale = side / Math.max(width, height);
  if (scale === 1 && width === height) return { rgb: new Uint8Array(data), placement: { scale, left: 0, top: 0 } };
  const fitted = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
  const left = Math.floor((side - fitted.width) / 2);
  const top = Math.floor((side - fitted.height) / 2);
  const rgb = await sharp(data, { raw: { width, height, channels: 3 } })
    .resize(fitted.width, fitted.height, { fit: "fill" })
    .extend({
      left,
      top,
      right: side - fitted.width - left,
      bottom: side - fitted.height - top,
      background: GREY,
    })
    .raw()
    .toBuffer();
  return { rgb: new Uint8Array(rgb), placement: { scale, left, top } };
}
