import type { BoxNumbers } from "../geometry/shape.ts";
import type { Paragraph, TextLine } from "../text/page-text.ts";
import { cornersOf, directionOf, type Word } from "../text/word.ts";
import type { FormatContext, Writer } from "./format.ts";
import { inPieces } from "./pieces.ts";
import { roundPixel, roundScore } from "./rounding.ts";
import { textPages, type WrittenPage } from "./text-pages.ts";
import { toXmlText } from "./xml-tokens.ts";

/**
 * ALTO 4.2 (Library of Congress): pages, text blocks, lines and strings in pixels, the confidence of each (`WC`), base lines, the
 * shape of words and the angle of blocks (`ROTATION`, degrees counter-clockwise) that are not straight.
 */
export const alto: Writer = {
  mediaType: "application/xml",
  extension: ".xml",
  carries: new Set(["texts", "scores", "unscored", "polygons", "ids"]),
  write: (context, findings) => inPieces(document(context, findings)),
};

const NAMESPACE = "http://www.loc.gov/standards/alto/ns-v4#";

async function* document({ image }: FormatContext, findings: Parameters<Writer["write"]>[1]): AsyncGenerator<string> {
  yield `<?xml version="1.0" encoding="UTF-8"?>
<alto xmlns="${NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xsi:schemaLocation="${NAMESPACE} http://www.loc.gov/standards/alto/v4/alto-4-2.xsd" SCHEMAVERSION="4.2">
<Description>
<MeasurementUnit>pixel</MeasurementUnit>
<sourceImageInformation><fileName>${toXmlText(image.name)}</fileName></sourceImageInformation>
</Description>
<Layout>
`;
  for await (const page of textPages(image.pages.length, findings)) yield* pageOf(page, image);
  yield "</Layout>\n</alto>\n";
}

function* pageOf({ page, text }: WrittenPage, image: FormatContext["image"]): Generator<string> {
  const { width, height } = image.pages[page] ?? { width: 0, height: 0 };
  const number = page + 1;
  yield `<Page ID="page_${number}" PHYSICAL_IMG_NR="${number}" WIDTH="${width}" HEIGHT="${height}">
<PrintSpace HPOS="0" VPOS="0" WIDTH="${width}" HEIGHT="${height}">
`;
  for (const [index, paragraph] of text.paragraphs.entries()) yield blockOf(paragraph, `${number}_${index + 1}`);
  yield "</PrintSpace>\n</Page>\n";
}

function blockOf({ lines, box }: Paragraph, id: string): string {
  const first = lines[0]?.words[0];
  const angle = first ? -Math.round(directionOf(first) * 10) / 10 : 0;
  const turned = angle === 0 ? "" : ` ROTATION="${angle}"`;
  const inner = lines.map((line, index) => lineOf(line, `${id}_${index + 1}`)).join("");
  return `<TextBlock ID="block_${id}"${place(box)}${turned}>\n${inner}</TextBlock>\n`;
}

function lineOf({ words, box }: TextLine, id: string): string {
  const strings = words.map((word, index) => stringOf(word, `${id}_${index + 1}`)).join("<SP/>");
  return `<TextLine ID="line_${id}"${place(box)} BASELINE="${baseline(words)}">${strings}</TextLine>\n`;
}

function stringOf(word: Word, id: string): string {
  const sure = word.score === null ? "" : ` WC="${roundScore(word.score)}"`;
  const start = `<String ID="string_${word.id ?? id}"${place(word.box)} CONTENT="${toXmlText(word.text)}"${sure}`;
  if (!word.geometry) return `${start}/>`;
  return `${start}><Shape><Polygon POINTS="${points(cornersOf(word))}"/></Shape></String>`;
}

/** From where the first word begins to where the last ends, along their bottoms. */
function baseline(words: readonly Word[]): string {
  const [first, last] = [words[0], words.at(-1)];
  if (!first || !last) return "";
  const [, , , begin = [0, 0]] = cornersOf(first);
  const [, , end = [0, 0]] = cornersOf(last);
  return points([begin, end]);
}

function points(positions: readonly (readonly number[])[]): string {
  return positions.map(([x = 0, y = 0]) => `${roundPixel(x)},${roundPixel(y)}`).join(" ");
}

function place([x, y, width, height]: BoxNumbers): string {
  const [hpos, vpos, w, h] = [x, y, width, height].map(roundPixel);
  return ` HPOS="${hpos}" VPOS="${vpos}" WIDTH="${w}" HEIGHT="${h}"`;
}
