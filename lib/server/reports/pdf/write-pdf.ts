import { INK, QUIET, RULE } from "#lib/core/report/drawing.ts";
import type { ReportDocument } from "#lib/core/report/report-document.ts";
import { formatUtc } from "#lib/core/report/words.ts";
import {
  CONTENT_WIDTH,
  LEFT,
  lineHeight,
  openSheet,
  reserve,
  rule,
  type Sheet,
  writeLine,
  writeText,
} from "./sheet.ts";
import { heightToKeep, type Surroundings, writeBlock } from "./write-blocks.ts";

/** A file that goes along within the PDF. */
type Attachment = { name: string; mediaType: string; description: string; bytes: Buffer };

export type PdfRequest = {
  report: ReportDocument;
  around: Surroundings;
  /** PNG that stands at the head; null: none. */
  logo: Buffer | null;
  attachment: Attachment;
};

const TITLE = { size: 21, weight: "bold" } as const;
const SECTION = { size: 13, weight: "bold" } as const;
const SMALL = { size: 8, weight: "regular" } as const;
const across = { x: LEFT, width: CONTENT_WIDTH };

/**
 * Writes a report as PDF 1.7, piece by piece: vector graphics, fonts embedded in part, text that can be searched and copied, bookmarks and
 * a table of contents that lead to their sections. The same request gives the same bytes. What is held in memory are the pages' own lines,
 * not their pictures.
 */
export async function* writePdf({ report, around, logo, attachment }: PdfRequest): AsyncGenerator<Buffer> {
  const asOf = new Date(report.asOf);
  const { heading, title } = report;
  const sheet = openSheet({ title: `${title} – ${heading}`, author: heading, subject: report.subtitle, asOf });
  writeTitle(sheet, report, logo);
  const contents = reserveContents(sheet, report);
  const pages = new Map<string, number>();
  for (const section of report.sections) {
    // What explains the first row of crops stands between the heading and it.
    reserve(sheet, 96 + Math.max(0, ...section.blocks.slice(0, 2).map(heightToKeep)));
    sheet.y += 10;
    pages.set(section.id, pageNumber(sheet));
    sheet.doc.addNamedDestination(section.id, "XYZ", LEFT, sheet.y - 6, null);
    sheet.doc.outline.addItem(section.title);
    writeText(sheet, section.title, { ...SECTION, ...across });
    sheet.y += 4;
    for (const block of section.blocks) {
      await writeBlock(sheet, block, around);
      yield* written(sheet);
    }
  }
  writeContents(sheet, report, contents, pages);
  writeFeet(sheet, report);
  sheet.doc.file(attachment.bytes, {
    name: attachment.name,
    type: attachment.mediaType,
    description: attachment.description,
    creationDate: asOf,
    modifiedDate: asOf,
  });
  sheet.doc.end();
  for await (const piece of sheet.doc) yield Buffer.from(piece);
}

/** What the document has ready so far. */
function* written({ doc }: Sheet): Generator<Buffer> {
  for (let piece = doc.read(); piece !== null; piece = doc.read()) yield Buffer.from(piece);
}

function pageNumber({ doc }: Sheet): number {
  const { start, count } = doc.bufferedPageRange();
  return start + count;
}

const LOGO = { width: 130, height: 40 };

function writeTitle(sheet: Sheet, { heading, title, subtitle, asOf }: ReportDocument, logo: Buffer | null): void {
  if (logo) {
    const x = LEFT + CONTENT_WIDTH - LOGO.width;
    sheet.doc.image(logo, x, sheet.y - 14, { fit: [LOGO.width, LOGO.height], align: "right" });
  }
  const width = CONTENT_WIDTH - (logo ? LOGO.width + 20 : 0);
  writeText(sheet, heading, { size: 9.5, weight: "bold", x: LEFT, width, colour: QUIET });
  sheet.y += 12;
  writeText(sheet, title, { ...TITLE, ...across });
  writeText(sheet, subtitle, { size: 10.5, weight: "regular", ...across, colour: QUIET });
  writeText(sheet, `Report as of ${formatUtc(asOf)}`, { size: 10.5, weight: "regular", ...across, colour: QUIET });
  sheet.y += 8;
  rule(sheet, sheet.y, INK, 1);
  sheet.y += 12;
}

const CONTENTS = { size: 9.2, weight: "regular" } as const;

/** Leaves room for the table of contents, whose page numbers are known last. */
function reserveContents(sheet: Sheet, { sections }: ReportDocument): { y: number } {
  const { y } = sheet;
  sheet.y += sections.length * lineHeight(CONTENTS.size) + 6;
  return { y };
}

function writeContents(sheet: Sheet, report: ReportDocument, at: { y: number }, pages: Map<string, number>): void {
  sheet.doc.switchToPage(0);
  for (const [index, { id, title }] of report.sections.entries()) {
    const y = at.y + index * lineHeight(CONTENTS.size);
    writeLine(sheet, title, y, { ...CONTENTS, x: LEFT, width: CONTENT_WIDTH - 40 });
    writeLine(sheet, String(pages.get(id) ?? ""), y, { ...CONTENTS, ...across, align: "right" });
    sheet.doc.goTo(LEFT, y, CONTENT_WIDTH, lineHeight(CONTENTS.size), id);
  }
}

const FOOT = 806;

function writeFeet(sheet: Sheet, { heading, title, runId }: ReportDocument): void {
  const { count } = sheet.doc.bufferedPageRange();
  for (let page = 0; page < count; page++) {
    sheet.doc.switchToPage(page);
    rule(sheet, FOOT - 5, RULE);
    const text = `${heading} · ${title} · run ${runId}`;
    writeLine(sheet, text, FOOT, { ...SMALL, x: LEFT, width: CONTENT_WIDTH - 80, colour: QUIET });
    writeLine(sheet, `Page ${page + 1} of ${count}`, FOOT, { ...SMALL, ...across, align: "right", colour: QUIET });
  }
}
