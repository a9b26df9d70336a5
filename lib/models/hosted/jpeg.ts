import sharp from "sharp";
import type { TilePicture } from "../types.ts";

const QUALITY = 90;

export type SentPicture = { bytes: Uint8Array; width: number; height: number };

/** A tile as JPEG for a hosted model, its sides brought to multiples of `sideMultiple` pixels (1: as they are). */
export async function encodeJpeg(picture: TilePicture, sideMultiple: number): Promise<SentPicture> {
  const width = nearest(picture.width, sideMultiple);
  const height = nearest(picture.height, sideMultiple);
  let image = sharp(picture.data, { raw: { width: picture.width, height: picture.height, channels: 3 } });
  if (width !== picture.width || height !== picture.height) image = image.resize(width, height, { fit: "fill" });
  return { bytes: await image.jpeg({ quality: QUALITY, chromaSubsampling: "4:4:4" }).toBuffer(), width, height };
}

function nearest(side: number, multiple: number): number {
  return Math.max(multiple, Math.round(side / multiple) * multiple);
}
