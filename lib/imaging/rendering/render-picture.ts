import sharp, { type Sharp } from "sharp";
import { IIIF_FORMATS, type ImageRequest } from "#lib/core/iiif/image-request.ts";
import { throughGate } from "../decoding/gate.ts";
import type { RegionReader } from "../types.ts";

/** Most pixels that are put together from tiles for one picture: four times those of the largest that is given out. */
const MAX_READ_PIXELS = 50_000_000;
const CHANNELS = 3;

/**
 * Renders a part of a page as it is asked for, in bounded memory, two at once in this process. Throws `too-many-requests`, or the
 * signal's reason.
 */
export function renderPicture(reader: RegionReader, request: ImageRequest, signal: AbortSignal): Promise<Buffer> {
  return throughGate("render", () => render(reader, request, signal), signal);
}

async function render(reader: RegionReader, request: ImageRequest, signal: AbortSignal): Promise<Buffer> {
  const { region, size } = request;
  const { data, width, height } = await reader.read(region, readingSize(region, size), signal);
  signal.throwIfAborted();
  let picture = sharp(data, { raw: { width, height, channels: CHANNELS }, limitInputPixels: false });
  if (width !== size.width || height !== size.height) picture = picture.resize({ ...size, fit: "fill" });
  if (request.mirrored) picture = picture.flop();
  if (request.degrees !== 0) picture = await turn(picture, request.degrees);
  return encode(inQuality(picture, request), request).toBuffer();
}

/**
 * At which size to read the region: as it is wanted, unless it is squeezed so unevenly that this needs too many pixels; then from the
 * finest level that does not.
 */
function readingSize(
  region: { width: number; height: number },
  size: { width: number; height: number },
): { width: number; height: number } {
  const pixels = region.width * region.height;
  const level = Math.max(0, Math.floor(Math.log2(Math.min(region.width / size.width, region.height / size.height))));
  if (pixels / 4 ** level <= MAX_READ_PIXELS) return size;
  const factor = 2 ** Math.ceil(Math.log2(pixels / MAX_READ_PIXELS) / 2);
  return {
    width: Math.max(1, Math.floor(region.width / factor)),
    height: Math.max(1, Math.floor(region.height / factor)),
  };
}

/** Clockwise; where corners open they are transparent. What follows sees the turned pixels. */
async function turn(picture: Sharp, degrees: number): Promise<Sharp> {
  const turned = picture.rotate(degrees, { background: { r: 255, g: 255, b: 255, alpha: 0 } });
  if (degrees % 90 === 0) return turned;
  const { data, info } = await turned.raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  return sharp(data, { raw: { width, height, channels }, limitInputPixels: false });
}

function inQuality(picture: Sharp, { quality, format }: ImageRequest): Sharp {
  // JPEG has no transparency, and black or white is what a bitonal pixel is.
  const plain = format === "jpg" || quality === "bitonal" ? picture.flatten({ background: "#fff" }) : picture;
  if (quality === "gray") return plain.toColourspace("b-w");
  return quality === "bitonal" ? plain.threshold(128).toColourspace("b-w") : plain;
}

function encode(picture: Sharp, { format }: ImageRequest): Sharp {
  switch (format) {
    case "jpg":
      return picture.jpeg({ quality: 90, chromaSubsampling: "4:4:4" });
    case "png":
      return picture.png();
    case "webp":
      return picture.webp({ quality: 90 });
    case "gif":
      return picture.gif();
    case "tif":
      return picture.tiff({ compression: "deflate" });
  }
}

/** The format's name in addresses of tiles that are stored as this media type. */
export function formatOf(mediaType: "image/jpeg" | "image/webp"): "jpg" | "webp" {
  return mediaType === IIIF_FORMATS.webp ? "webp" : "jpg";
}
