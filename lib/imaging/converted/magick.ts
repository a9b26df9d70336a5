import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import {
  AlphaAction,
  type IMagickImage,
  ImageMagick,
  initializeImageMagick,
  MagickColors,
  MagickError,
  MagickImageInfo,
  MagickReadSettings,
} from "@imagemagick/magick-wasm";
import { messageOf, TesseraError } from "#lib/core/errors.ts";
import { refusal } from "../decoding/refusal.ts";
import { openStripWriter } from "../tiff/strip-writer.ts";
import type { ImageProbe } from "../types.ts";

/** The picture is held whole, four bytes a pixel, in a memory of 4 GB at most. */
const MAX_PIXELS = 250_000_000;
const STRIP_ROWS = 256;

/** Probes a BMP. Throws `unsupported-image`. */
export async function probeBmp(path: string): Promise<ImageProbe> {
  await start();
  const bytes = await readFile(path);
  const info = new MagickImageInfo();
  try {
    info.read(bytes);
  } catch (error) {
    throw refusal(`the BMP is damaged: ${reasonOf(error)}`, undefined, error);
  }
  const { width, height } = info;
  if (!(width > 0 && height > 0)) throw refusal("the picture has no pixels");
  if (width * height > MAX_PIXELS) throw refusal("a BMP of more than 250 megapixels is not read", "save it as TIFF");
  return { format: "bmp", pages: [{ width, height }], scale: null, magnification: null, dropped: [] };
}

/**
 * Decodes what libvips is built without – BMP, and TIFF with old-style JPEG – by ImageMagick, compiled to WebAssembly, and writes
 * it as an uncompressed RGB TIFF, upright and on white. `frame` is the 0-based directory of a TIFF.
 */
export async function writeConverted(path: string, frame: number, target: string): Promise<void> {
  await start();
  const bytes = await readFile(path);
  const settings = new MagickReadSettings({ frameIndex: frame, frameCount: 1 });
  try {
    await ImageMagick.read(bytes, settings, (image) => writeRows(image, target));
  } catch (error) {
    if (error instanceof TesseraError || !(error instanceof MagickError)) throw error;
    throw refusal(`the picture cannot be decoded: ${reasonOf(error)}`, undefined, error);
  }
}

async function writeRows(image: IMagickImage, target: string): Promise<void> {
  image.backgroundColor = MagickColors.White;
  image.alpha(AlphaAction.Remove);
  image.autoOrient();
  const { width, height } = image;
  if (width * height > MAX_PIXELS) throw refusal("a picture of more than 250 megapixels is not converted");
  const writer = await openStripWriter(target, { width, height, bands: 3 });
  try {
    await image.getPixels(async (pixels) => {
      for (let top = 0; top < height; top += STRIP_ROWS) {
        const rows = Math.min(STRIP_ROWS, height - top);
        const strip = pixels.toByteArray(0, top, width, rows, "RGB");
        if (!strip) throw refusal("the picture cannot be decoded");
        await writer.write(strip, rows);
      }
    });
    await writer.finish();
  } finally {
    await writer.close();
  }
}

let started: Promise<void> | null = null;

function start(): Promise<void> {
  const wasm = createRequire(import.meta.url).resolve("@imagemagick/magick-wasm/magick.wasm");
  started ??= initializeImageMagick(readFileSync(wasm));
  return started;
}

/** What ImageMagick says, without the place in its own source. */
function reasonOf(error: unknown): string {
  return messageOf(error).split(/\s*[`@]/)[0] ?? "unknown";
}
