import sharp from "sharp";
import type { EncodedTile, TilePicture } from "../types.ts";

const QUALITY = 90;

/** A tile as JPEG for a hosted model, its sides brought to multiples of `sideMultiple` pixels (1: as they are). */
export async function encodeJpeg(picture: TilePicture, sideMultiple: number): Promise<EncodedTile> {
  const width = nearest(picture.width, sideMultiple);
  const height = nearest(picture.height, sideMultiple);
  let image = sharp(picture.data, { raw: { width: picture.width, height: picture.height, channels: 3 } });
  if (width !== picture.width || height !== picture.height) image = image.resize(width, height, { fit: "fill" });
  const bytes = await image.jpeg({ quality: QUALITY, chromaSubsampling: "4:4:4" }).toBuffer();
  return { bytes, mediaType: "image/jpeg", width, height, read: { width: picture.width, height: picture.height } };
}

function nearest(side: number, multiple: number): number {
  return Math.max(multiple, Math.round(side / multiple) * multiple);
}
