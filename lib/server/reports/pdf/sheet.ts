import PDFDocument from "pdfkit";
import type { Rgb } from "#lib/core/detection/class-colour.ts";
import { type Drawing, INK, type Mark } from "#lib/core/report/drawing.ts";
import { pathOfFont, type TextRun, type Weight } from "./fonts.ts";
import { type FittedLine, fitLine, fitLines, type TextStyle } from "./text-lines.ts";

/** A4, in points. */
const PAGE = { width: 595.28, height: 841.89 };
const TOP = 62;
const BOTTOM = 62;
export const CONTENT_WIDTH = 480;
export const LEFT = (PAGE.width - CONTENT_WIDTH) / 2;
const LOWEST = PAGE.height - BOTTOM;
/** Height of a line, and where its base line is, as parts of its size. */
const LINE = 1.42;
const ASCENT = 1.02;

/**
 * Inter moves a point or comma so near to a 7 that readers of PDF take the gap for a blank: digits of one width are not moved. Hyphens would
 * become as wide as they.
 */
function featuresOf(text: string): PDFKit.Mixins.OpenTypeFeatures[] {
  return /\d[.,]/.test(text) && !text.includes("-") ? ["tnum"] : [];
}

type Alignment = "left" | "right" | "centre";
type Placed = TextStyle & { x: number; width: number; colour?: Rgb; align?: Alignment };

/** Sheets of paper that are written from top to bottom; `y` is how far, in points from the top. */
export type Sheet = {
  readonly doc: PDFKit.PDFDocument;
  y: number;
};

/** An empty report of some identity. The same identity and content are the same bytes: nothing is taken from clock or chance. */
export function openSheet(info: { title: string; author: string; subject: string; asOf: Date }): Sheet {
  const doc = new PDFDocument({
    size: [PAGE.width, PAGE.height],
    margin: 0,
    bufferPages: true,
    pdfVersion: "1.7",
    lang: "en",
    displayTitle: true,
    info: {
      Title: info.title,
      Author: info.author,
      Subject: info.subject,
      Creator: "Tessera",
      Producer: "Tessera",
      CreationDate: info.asOf,
      ModDate: info.asOf,
    },
  });
  return { doc, y: TOP };
}

/** Begins another page where fewer than `height` points are left on this one. True where it did. */
export function reserve(sheet: Sheet, height: number): boolean {
  if (sheet.y + height <= LOWEST || sheet.y <= TOP) return false;
  nextPage(sheet);
  return true;
}

export function nextPage(sheet: Sheet): void {
  sheet.doc.addPage();
  sheet.y = TOP;
}

/** Points that are left on this page. */
export const roomLeft = (sheet: Sheet): number => LOWEST - sheet.y;

/** Width of a part of a text in points. */
export function measureIn(sheet: Sheet): (run: TextRun, size: number) => number {
  return (run, size) =>
    inFont(sheet, run.font)
      .fontSize(size)
      .widthOfString(run.text, { features: featuresOf(run.text) });
}

function inFont({ doc }: Sheet, file: string): PDFKit.PDFDocument {
  return doc.font(pathOfFont(file));
}

export const lineHeight = (size: number): number => size * LINE;

/** Writes a text from `y` on, broken into lines, over as many pages as it takes; `y` is below it then. */
export function writeText(sheet: Sheet, text: string, place: Placed): void {
  for (const line of fitLines(text, place, place.width, measureIn(sheet))) {
    reserve(sheet, lineHeight(place.size));
    drawLine(sheet, line, sheet.y, place);
    sheet.y += lineHeight(place.size);
  }
}

/** Writes one line at a height of its own; what is too long for it ends with an ellipsis. */
export function writeLine(sheet: Sheet, text: string, y: number, place: Placed): void {
  drawLine(sheet, fitLine(text, place, place.width, measureIn(sheet)), y, place);
}

/** Draws a line whose top is at `y`. */
export function drawLine(sheet: Sheet, line: FittedLine, y: number, place: Placed): void {
  const spare = place.width - line.width;
  let x = place.x + (place.align === "right" ? spare : place.align === "centre" ? spare / 2 : 0);
  for (const run of line.runs) {
    drawRun(sheet, run, x, y + place.size * ASCENT, place.size, place.colour ?? INK);
    x += run.width;
  }
}

function drawRun(sheet: Sheet, run: TextRun, x: number, baseline: number, size: number, colour: Rgb): void {
  inFont(sheet, run.font)
    .fontSize(size)
    .fillColor([...colour])
    .text(run.text, x, baseline, { lineBreak: false, baseline: "alphabetic", features: featuresOf(run.text) });
}

/** A line across, at a height. */
export function rule(sheet: Sheet, y: number, colour: Rgb, width = 0.5): void {
  sheet.doc
    .moveTo(LEFT, y)
    .lineTo(LEFT + CONTENT_WIDTH, y)
    .lineWidth(width)
    .strokeColor([...colour])
    .stroke();
}

/** Draws vector graphics at a place and a scale, points a unit of theirs; nothing reaches beyond its frame. */
export function draw(sheet: Sheet, drawing: Drawing, at: { x: number; y: number; scale: number }): void {
  const { doc } = sheet;
  doc.save().translate(at.x, at.y).scale(at.scale);
  doc.rect(0, 0, drawing.width, drawing.height).clip();
  for (const mark of drawing.marks) drawMark(sheet, mark);
  doc.restore();
}

function drawMark(sheet: Sheet, mark: Mark): void {
  const { doc } = sheet;
  if (mark.kind === "text") {
    drawWords(sheet, mark);
    return;
  }
  if (mark.kind === "line") {
    const [first, ...rest] = mark.points;
    if (!first) return;
    doc.moveTo(...first);
    for (const point of rest) doc.lineTo(...point);
    if (mark.closed) doc.closePath();
    doc
      .lineWidth(mark.strokeWidth)
      .strokeColor([...mark.stroke])
      .stroke();
    return;
  }
  const { x, y, width, height, fill, stroke, strokeWidth = 1, opacity = 1 } = mark;
  doc.rect(x, y, width, height);
  if (fill) doc.fillColor([...fill], opacity).fill();
  if (fill && stroke) doc.rect(x, y, width, height);
  if (stroke)
    doc
      .lineWidth(strokeWidth)
      .strokeColor([...stroke], opacity)
      .stroke();
}

function drawWords(sheet: Sheet, { x, y, text, size, anchor, colour }: Extract<Mark, { kind: "text" }>): void {
  const weight: Weight = "regular";
  const { runs, width } = fitLine(text, { size, weight }, Number.POSITIVE_INFINITY, measureIn(sheet));
  let at = x - (anchor === "end" ? width : anchor === "middle" ? width / 2 : 0);
  for (const run of runs) {
    drawRun(sheet, run, at, y, size, colour);
    at += run.width;
  }
}
