import { TesseraError } from "../errors.ts";

/** Formats that a picture is rendered in, by their names in addresses. */
export const IIIF_FORMATS = {
  jpg: "image/jpeg",
  png: "image/png",
  webp: "image/webp",
  gif: "image/gif",
  tif: "image/tiff",
} as const;
export type IiifFormat = keyof typeof IIIF_FORMATS;

const IIIF_QUALITIES = ["default", "color", "gray", "bitonal"] as const;
type IiifQuality = (typeof IIIF_QUALITIES)[number];

/** Most pixels of a rendered picture; told to clients as `maxArea`. */
export const MAX_AREA = 12_000_000;

type Size = { width: number; height: number };

/** What is to be shown, in whole pixels: the region of the page, scaled to `size`, then mirrored, then turned clockwise. */
export type ImageRequest = {
  region: { x: number; y: number; width: number; height: number };
  size: Size;
  mirrored: boolean;
  /** 0 ≤ degrees < 360. */
  degrees: number;
  quality: IiifQuality;
  format: IiifFormat;
  /** The same request as the specification wants it written: `region/size/rotation/quality.format`. */
  canonical: string;
};

const DECIMAL = "(?:\\d+(?:\\.\\d*)?|\\.\\d+)";
const REGION = new RegExp(`^(pct:)?(${DECIMAL}),(${DECIMAL}),(${DECIMAL}),(${DECIMAL})$`);
const SIZE = new RegExp(`^(\\^?)(?:(max)|pct:(${DECIMAL})|(!?)(\\d*),(\\d*))$`);
const ROTATION = new RegExp(`^(!?)(${DECIMAL})$`);
const FILE = /^([a-z]+)\.([a-z0-9]+)$/;

function refuse(what: string, value: string): never {
  throw new TesseraError("bad-request", `the ${what} ${JSON.stringify(value)} cannot be used for this image`, {
    remedy: "see the IIIF Image API 3.0, section 4",
  });
}

/**
 * Reads the four parts of an address of the IIIF Image API 3.0 (section 4) for a page of that size. Throws `bad-request` for what
 * the specification answers with 400: what does not parse, a region outside, a size over the region's without `^`, over `MAX_AREA`,
 * or of no pixel.
 */
export function parseImageRequest(
  page: Size,
  parts: { region: string; size: string; rotation: string; file: string },
): ImageRequest {
  const region = parseRegion(page, parts.region);
  const { size, isMax, isUpscaled } = parseSize(region, parts.size);
  const { mirrored, degrees } = parseRotation(parts.rotation);
  const { quality, format } = parseFile(parts.file);
  const whole = region.width === page.width && region.height === page.height;
  const canonical = [
    whole ? "full" : `${region.x},${region.y},${region.width},${region.height}`,
    isMax ? `${isUpscaled ? "^" : ""}max` : `${isUpscaled ? "^" : ""}${size.width},${size.height}`,
    `${mirrored ? "!" : ""}${degrees}`,
    `${quality}.${format}`,
  ].join("/");
  return { region, size, mirrored, degrees, quality, format, canonical };
}

function parseRegion(page: Size, text: string): ImageRequest["region"] {
  if (text === "full") return { x: 0, y: 0, ...page };
  if (text === "square") {
    const side = Math.min(page.width, page.height);
    const [x, y] = [Math.floor((page.width - side) / 2), Math.floor((page.height - side) / 2)];
    return { x, y, width: side, height: side };
  }
  const [, percent, ...texts] = REGION.exec(text) ?? refuse("region", text);
  const [x = 0, y = 0, width = 0, height = 0] = texts.map(Number);
  if (!percent && ![x, y, width, height].every(Number.isSafeInteger)) refuse("region", text);
  const [across, down] = percent ? [page.width / 100, page.height / 100] : [1, 1];
  const left = Math.round(x * across);
  const top = Math.round(y * down);
  const right = Math.min(page.width, Math.round((x + width) * across));
  const bottom = Math.min(page.height, Math.round((y + height) * down));
  if (right <= left || bottom <= top) refuse("region", text);
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** The largest picture of the region's shape within `MAX_AREA`, of a scale that is at most `limit`. */
function largest(region: Size, limit: number): Size {
  const scale = Math.min(limit, Math.sqrt(MAX_AREA / (region.width * region.height)));
  const [width, height] = [region.width * scale, region.height * scale];
  // Rounding up could lead past the limit.
  return scale === 1 ? region : { width: Math.max(1, Math.floor(width)), height: Math.max(1, Math.floor(height)) };
}

function parseSize(region: Size, text: string): { size: Size; isMax: boolean; isUpscaled: boolean } {
  const [, upscaling = "", max, percent, confined = "", w = "", h = ""] = SIZE.exec(text) ?? refuse("size", text);
  const { width, height } = region;
  const biggest = largest({ width, height }, upscaling ? Number.POSITIVE_INFINITY : 1);
  const size = max ? biggest : scaled({ width, height }, { percent, confined, w, h }, text);
  const isUpscaled = size.width > width || size.height > height || Number(percent ?? 0) > 100;
  const fits = size.width >= 1 && size.height >= 1 && size.width * size.height <= MAX_AREA;
  if (!fits || (isUpscaled && !upscaling)) refuse("size", text);
  const plain = largest({ width, height }, isUpscaled ? Number.POSITIVE_INFINITY : 1);
  return { size, isMax: size.width === plain.width && size.height === plain.height, isUpscaled };
}

function scaled(
  region: Size,
  wanted: { percent: string | undefined; confined: string; w: string; h: string },
  text: string,
): Size {
  if (wanted.percent !== undefined) return times(region, Number(wanted.percent) / 100);
  const [width, height] = [Number(wanted.w), Number(wanted.h)];
  if (wanted.confined) {
    if (wanted.w === "" || wanted.h === "") refuse("size", text);
    return times(region, Math.min(width / region.width, height / region.height));
  }
  if (wanted.w === "" && wanted.h === "") refuse("size", text);
  if (wanted.w === "") return { width: atLeastOne((region.width * height) / region.height, height), height };
  if (wanted.h === "") return { width, height: atLeastOne((region.height * width) / region.width, width) };
  return { width, height };
}

function times(region: Size, scale: number): Size {
  return { width: atLeastOne(region.width * scale, scale), height: atLeastOne(region.height * scale, scale) };
}

/** A narrow picture keeps one pixel, but nothing stays nothing. */
function atLeastOne(pixels: number, wanted: number): number {
  return wanted > 0 ? Math.max(1, Math.round(pixels)) : 0;
}

function parseRotation(text: string): { mirrored: boolean; degrees: number } {
  const [, mirror, number] = ROTATION.exec(text) ?? refuse("rotation", text);
  const degrees = Number(number);
  if (degrees > 360) refuse("rotation", text);
  return { mirrored: mirror === "!", degrees: degrees % 360 };
}

function parseFile(text: string): { quality: IiifQuality; format: IiifFormat } {
  const [, quality, format] = FILE.exec(text) ?? refuse("quality and format", text);
  const known = IIIF_QUALITIES.find((name) => name === quality) ?? refuse("quality", quality ?? "");
  const formats = Object.keys(IIIF_FORMATS) as IiifFormat[];
  return { quality: known, format: formats.find((name) => name === format) ?? refuse("format", format ?? "") };
}
