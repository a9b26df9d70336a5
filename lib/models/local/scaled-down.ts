import sharp from "sharp";
import type { TilePicture } from "../types.ts";
import type { PictureSize } from "./inference-messages.ts";
import { letterbox } from "./letterbox.ts";

/**
 * The pixels of a picture that fit into a square of `side` pixels, in a buffer of their own: a larger picture is scaled down to its place there, a smaller
 * one is left as it is, for the network's own thread to enlarge.
 */
export async function scaledDown(
  picture: TilePicture,
  side: number,
): Promise<PictureSize & { rgb: Uint8Array<ArrayBuffer> }> {
  const { data, width, height } = picture;
  if (width <= side && height <= side) return { rgb: new Uint8Array(data), width, height };
  const { fitted } = letterbox(picture, side);
  const scaled = sharp(data, { raw: { width, height, channels: 3 } }).resize(fitted.width, fitted.height, {
    fit: "fill",
  });
  return { rgb: new Uint8Array(await scaled.raw().toBuffer()), ...fitted };
}
