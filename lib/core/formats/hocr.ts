import type { BoxNumbers } from "../geometry/shape.ts";
import type { Paragraph, TextLine } from "../text/page-text.ts";
import { directionOf, type Word } from "../text/word.ts";
import type { FormatContext, Writer } from "./format.ts";
import { inPieces } from "./pieces.ts";
import { textPages, type WrittenPage } from "./text-pages.ts";
import { toXmlText } from "./xml-tokens.ts";

/**
 * hOCR 1.2 as XHTML: pages, areas, paragraphs, lines and words with their boxes in whole pixels, the confidence of each word in
 * percent (`x_wconf`), and the angle of lines that do not run to the right (`textangle`, degrees counter-clockwise).
 */
export const hocr: Writer = {
  mediaType: "application/xhtml+xml",
  extension: ".hocr",
  carries: new Set(["texts", "scores", "unscored", "ids"]),
  write: (context, findings) => inPieces(document(context, findings)),
};

async function* document({ image }: FormatContext, findings: Parameters<Writer["write"]>[1]): AsyncGenerator<string> {
  yield `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml">
<head>
<title>${toXmlText(image.name)}</title>
<meta http-equiv="Content-Type" content="text/html; charset=utf-8" />
<meta name="ocr-system" content="tessera" />
<meta name="ocr-capabilities" content="ocr_page ocr_carea ocr_par ocr_line ocrx_word" />
<meta name="ocr-number-of-pages" content="${image.pages.length}" />
</head>
<body>
`;
  for await (const page of textPages(image.pages.length, findings)) yield* pageOf(page, image);
  yield "</body>\n</html>\n";
}

function* pageOf({ page, text }: WrittenPage, image: FormatContext["image"]): Generator<string> {
  const { width, height } = image.pages[page] ?? { width: 0, height: 0 };
  const number = page + 1;
  // A quoted string of a property: what would end it is left out of the name.
  const name = toXmlText(image.name.replaceAll(/["\\]/g, ""));
  const title = `image &quot;${name}&quot;; bbox 0 0 ${width} ${height}; ppageno ${page}`;
  yield `<div class="ocr_page" id="page_${number}" title="${title}">\n`;
  for (const [index, paragraph] of text.paragraphs.entries()) yield paragraphOf(paragraph, `${number}_${index + 1}`);
  yield "</div>\n";
}

function paragraphOf({ lines, box }: Paragraph, id: string): string {
  const inner = lines.map((line, index) => lineOf(line, `${id}_${index + 1}`)).join("");
  return `<div class="ocr_carea" id="block_${id}" title="${bbox(box)}">\
<p class="ocr_par" id="par_${id}" title="${bbox(box)}">\n${inner}</p></div>\n`;
}

function lineOf({ words, box }: TextLine, id: string): string {
  const [first] = words;
  const angle = first ? -Math.round(directionOf(first) * 10) / 10 : 0;
  const turned = angle === 0 ? "" : `; textangle ${angle}`;
  const inner = words.map((word, index) => wordOf(word, `${id}_${index + 1}`)).join(" ");
  return `<span class="ocr_line" id="line_${id}" title="${bbox(box)}${turned}">${inner}</span>\n`;
}

function wordOf({ text, box, score, id: own }: Word, place: string): string {
  const id = own ?? place;
  const confidence = score === null ? "" : `; x_wconf ${Math.round(score * 100)}`;
  return `<span class="ocrx_word" id="word_${id}" title="${bbox(box)}${confidence}">${toXmlText(text)}</span>`;
}

/** Whole pixels that hold the box, none below 0. */
function bbox([x, y, width, height]: BoxNumbers): string {
  const corners = [Math.floor(x), Math.floor(y), Math.ceil(x + width), Math.ceil(y + height)];
  return `bbox ${corners.map((value) => Math.max(0, value)).join(" ")}`;
}
