import { open } from "node:fs/promises";
import sharp from "sharp";
import { TesseraError } from "#lib/core/errors.ts";
import { fileKind, HEAD_BYTES } from "./file-kind.ts";
import { personalExifFields } from "./personal-fields.ts";
import { readFully } from "./tiff/byte-source.ts";
import { probeTiff } from "./tiff/probe-tiff.ts";
import type { ImageProbe } from "./types.ts";

const REMEDY = "send a JPEG, PNG, WebP, TIFF, SVS or GeoTIFF picture";
/** libvips' own limit of a side, in pixels. */
const MAX_SIDE = 10_000_000;

/**
 * Says what a file is, by its content. Reads headers only, in bounded memory. Throws `unsupported-image` where it is not a
 * picture that is read, and `too-large` where its pages together have more than `maxPixels` pixels; in one sentence each.
 */
export async function probeImage(path: string, { maxPixels }: { maxPixels: number }): Promise<ImageProbe> {
  const head = await readHead(path);
  if (head.length === 0) throw refused("the file is empty");
  const found = fileKind(head);
  if (found.kind === "unknown") throw refused("the file is not a picture in a format that is known here");
  if (found.kind === "other") throw refused(`${found.name} files are not read yet`);
  const probe = found.kind === "tiff" ? await probeTiff(path) : await probeSimple(path, found.kind);

  const pixels = probe.pages.reduce((sum, page) => sum + page.width * page.height, 0);
  if (pixels > maxPixels) {
    throw new TesseraError(
      "too-large",
      `the picture has ${megapixels(pixels)}, and the limit is ${megapixels(maxPixels)}`,
      {
        remedy: "send a smaller picture, or raise TESSERA_MAX_PIXELS",
      },
    );
  }
  if (probe.pages.some((page) => Math.max(page.width, page.height) > MAX_SIDE)) {
    throw new TesseraError("too-large", `a side of the picture is longer than ${MAX_SIDE} pixels`);
  }
  return probe;
}

async function readHead(path: string): Promise<Buffer> {
  const file = await open(path, "r");
  try {
    return await readFully(file, 0, HEAD_BYTES);
  } finally {
    await file.close();
  }
}

async function probeSimple(path: string, format: "jpeg" | "png" | "webp"): Promise<ImageProbe> {
  const metadata = await sharp(path, { limitInputPixels: false })
    .metadata()
    .catch((error: unknown) => {
      throw refused(`the ${NAMES[format]} is damaged or ends in its header`, error);
    });
  const { width, height } = metadata.autoOrient;
  if (!(width > 0 && height > 0)) throw refused("the picture has no pixels");
  const dropped = metadata.exif ? await personalExifFields(metadata.exif) : [];
  if (metadata.xmp) dropped.push("XMP");
  if (metadata.iptc) dropped.push("IPTC");
  return { format, pages: [{ width, height }], scale: null, magnification: null, dropped };
}

const NAMES = { jpeg: "JPEG", png: "PNG", webp: "WebP" } as const;

function refused(message: string, cause?: unknown): TesseraError {
  return new TesseraError("unsupported-image", message, { remedy: REMEDY, ...(cause !== undefined && { cause }) });
}

function megapixels(pixels: number): string {
  return pixels < 1e6
    ? `${pixels} pixels`
    : `${(pixels / 1e6).toLocaleString("en", { maximumFractionDigits: 1 })} megapixels`;
}
