import type { Source } from "../decoding/messages.ts";
import { refusal } from "../decoding/refusal.ts";
import { openStripWriter } from "../tiff/strip-writer.ts";
import type { ImageProbe } from "../types.ts";
import { drawRows, withPage, withPdf } from "./pdfium.ts";

const POINTS_PER_INCH = 72;
/** A larger page is drawn at a lower resolution: A0 at 250 dpi. */
const MAX_PAGE_PIXELS = 100_000_000;
const MAX_PAGES = 2000;
/** A page is drawn in pieces of about so many pixels, which bounds memory. */
const PIECE_PIXELS = 12_000_000;

/** Pages of a PDF with their sizes in pixels at `dpi`. Throws `unsupported-image`. */
export async function probePdf(path: string, dpi: number): Promise<ImageProbe> {
  return withPdf(path, async (document) => {
    const count = document.getPageCount();
    if (count < 1) throw refusal("the PDF has no page");
    if (count > MAX_PAGES) throw refusal(`the PDF has ${count} pages, and the limit is ${MAX_PAGES}`, "split it");
    const pages: ImageProbe["pages"] = [];
    for (let index = 0; index < count; index += 1) {
      const points = await withPage(document, index, (page) => page.getOriginalSize());
      pages.push(sizeInPixels(points.originalWidth, points.originalHeight, dpi));
    }
    return { format: "pdf", pages, scale: null, magnification: null, dropped: [] };
  });
}

/** Draws a page as an uncompressed RGB TIFF; with `maxSide` at most about so large, else at its size as probed. */
export async function writePdfPage(source: Source, target: string, maxSide: number | undefined): Promise<void> {
  const shrink = maxSide === undefined ? 1 : Math.max(1, source.width / maxSide, source.height / maxSide);
  const width = Math.max(1, Math.round(source.width / shrink));
  const height = Math.max(1, Math.round(source.height / shrink));
  const rows = Math.max(1, Math.floor(PIECE_PIXELS / width));
  await withPdf(source.path, (document) =>
    withPage(document, source.page, async (page) => {
      const writer = await openStripWriter(target, { width, height, bands: 3 });
      try {
        for (let top = 0; top < height; top += rows) {
          const piece = Math.min(rows, height - top);
          await writer.write(drawRows(page, { width, height }, top, piece), piece);
        }
        await writer.finish();
      } finally {
        await writer.close();
      }
    }),
  );
}

function sizeInPixels(widthPoints: number, heightPoints: number, dpi: number): { width: number; height: number } {
  const scale = dpi / POINTS_PER_INCH;
  const tooLarge = Math.sqrt((widthPoints * scale * heightPoints * scale) / MAX_PAGE_PIXELS);
  const fitted = scale / Math.max(1, tooLarge);
  return {
    width: Math.max(1, Math.round(widthPoints * fitted)),
    height: Math.max(1, Math.round(heightPoints * fitted)),
  };
}
