import { readFile, stat } from "node:fs/promises";
import { type PDFiumDocument, PDFiumLibrary, type PDFiumPage } from "@hyzyla/pdfium";
import { refusal } from "../decoding/refusal.ts";

/** PDF files are read whole into the library's memory. */
const MAX_BYTES = 1024 ** 3;
const RGB_BYTES = 3;
/** PDFium's flags of drawing: annotations too, and red before blue. */
const DRAWING = 0x01 | 0x10;
const WHITE = 0xffffffff;

/** Opens a PDF in PDFium, compiled to WebAssembly; `work` gets the document, which is freed after it. */
export async function withPdf<T>(path: string, work: (document: PDFiumDocument) => Promise<T>): Promise<T> {
  const { size } = await stat(path);
  if (size > MAX_BYTES) throw refusal("the PDF is larger than a gigabyte", "split it into several files");
  const library = await PDFiumLibrary.init();
  const document = await library.loadDocument(await readFile(path)).catch((error: unknown) => {
    const isLocked = error instanceof Error && /password|security/i.test(error.message);
    throw isLocked
      ? refusal("the PDF is protected by a password", "save it without a password", error)
      : refusal("the PDF is damaged", "print it to PDF anew, or save its pages as TIFF or PNG", error);
  });
  try {
    return await work(document);
  } finally {
    document.destroy();
  }
}

/** Calls `work` with one page, which is freed after it. `index` is 0-based. */
export async function withPage<T>(
  document: PDFiumDocument,
  index: number,
  work: (page: PDFiumPage) => Promise<T> | T,
): Promise<T> {
  const page = document.getPage(index);
  // The wrapper draws whole pages only, and text in the colours of a screen's subpixels: what it wraps is used instead.
  const { module, pageIdx } = inside(page);
  if (!pageIdx) throw refusal(`page ${index + 1} of the PDF is damaged`, "print it to PDF anew");
  try {
    return await work(page);
  } finally {
    module._FPDF_ClosePage(pageIdx);
  }
}

/** Draws rows `top` to `top + rows` of a page that is `width` × `height` pixels as a whole: 8-bit RGB, on white. */
export function drawRows(
  page: PDFiumPage,
  size: { width: number; height: number },
  top: number,
  rows: number,
): Uint8Array {
  const { module, pageIdx } = inside(page);
  const stride = size.width * RGB_BYTES;
  const at = module.wasmExports.malloc(stride * rows);
  if (!at) throw refusal("drawing the page needs more memory than is allowed", "lower TESSERA_PDF_DPI");
  const bitmap = module._FPDFBitmap_CreateEx(size.width, rows, 2, at, stride);
  try {
    module._FPDFBitmap_FillRect(bitmap, 0, 0, size.width, rows, WHITE);
    module._FPDF_RenderPageBitmap(bitmap, pageIdx, 0, -top, size.width, size.height, 0, DRAWING);
    return module.HEAPU8.slice(at, at + stride * rows);
  } finally {
    module._FPDFBitmap_Destroy(bitmap);
    module.wasmExports.free(at);
  }
}

function inside(page: PDFiumPage) {
  // Private to the wrapper's class, which is pinned to its version.
  return { module: page["module"], pageIdx: page["pageIdx"] };
}
