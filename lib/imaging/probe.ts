import { randomUUID } from "node:crypto";
import { stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TesseraError } from "#lib/core/errors.ts";
import { runDecoder } from "./decoding/run-decoder.ts";
import { fileKind } from "./file-kind.ts";
import { readHead } from "./read-head.ts";
import type { ImageProbe } from "./types.ts";

const REMEDY = "send a JPEG, PNG, WebP, AVIF, GIF, BMP, JPEG 2000, PDF, TIFF, SVS, OME-TIFF or GeoTIFF file";
/** libvips' own limit of a side, in pixels. */
const MAX_SIDE = 10_000_000;
const MAX_PAGES = 2000;
/** Beyond these a picture is nearly all one colour, and made to keep a reader busy: the emptiest slides have a hundred pixels a byte. */
const BOMB_PIXELS = 1e9;
const BOMB_PIXELS_PER_BYTE = 4000;
const TIMEOUT_MS = 30_000;
const DEFAULT_PDF_DPI = 200;

/** Limits of one source, and the resolution in dots per inch at which PDF pages become pictures. */
export type ProbeOptions = { maxPixels: number; pdfDpi?: number };

/**
 * Says what a file is, by its content, in a decoder process of its own. Reads headers only, in bounded memory. Throws
 * `unsupported-image` where it is not a picture that is read, and `too-large` where its pages together have more than `maxPixels`
 * pixels, or more than such a small file can tell of; in one sentence each.
 */
export async function probeImage(
  path: string,
  { maxPixels, pdfDpi = DEFAULT_PDF_DPI }: ProbeOptions,
): Promise<ImageProbe> {
  const head = await readHead(path);
  if (head.length === 0) throw refused("the file is empty");
  const found = fileKind(head);
  if (found.kind === "unknown") throw refused("the file is not a picture in a format that is known here");
  if (found.kind === "other") throw refused(`${found.name} files are not read`, found.remedy);
  const scratch = join(tmpdir(), randomUUID());
  const reply = await runDecoder({ kind: "probe", path, scratch, pdfDpi }, { lane: "probe", timeoutMs: TIMEOUT_MS });
  if (reply.kind !== "probe") throw new TesseraError("internal", "the decoder answered something else");
  const { probe } = reply;

  if (probe.pages.length > MAX_PAGES) {
    throw new TesseraError("too-large", `the file has ${probe.pages.length} pages, and the limit is ${MAX_PAGES}`, {
      remedy: "split it",
    });
  }
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
  const { size } = await stat(path);
  if (probe.format !== "pdf" && pixels > BOMB_PIXELS && pixels > size * BOMB_PIXELS_PER_BYTE) {
    const message = `the file of ${Math.ceil(size / 1000)} kB would unpack to ${megapixels(pixels)} of nearly nothing`;
    throw new TesseraError("too-large", message, { remedy: "send the part of it that shows something" });
  }
  if (probe.pages.some((page) => Math.max(page.width, page.height) > MAX_SIDE)) {
    throw new TesseraError("too-large", `a side of the picture is longer than ${MAX_SIDE} pixels`);
  }
  return probe;
}

function refused(message: string, remedy = REMEDY): TesseraError {
  return new TesseraError("unsupported-image", message, { remedy });
}

function megapixels(pixels: number): string {
  return pixels < 1e6
    ? `${pixels} pixels`
    : `${(pixels / 1e6).toLocaleString("en", { maximumFractionDigits: 1 })} megapixels`;
}
