import { INK, QUIET, RULE } from "#lib/core/report/drawing.ts";
import { CROP_PIXELS, OVERVIEW_PIXELS } from "#lib/core/report/picture-address.ts";
import type { Block, Cell, Column, CropCard, PictureRegion } from "#lib/core/report/report-document.ts";
import {
  CONTENT_WIDTH,
  draw,
  drawLine,
  LEFT,
  lineHeight,
  measureIn,
  nextPage,
  reserve,
  roomLeft,
  rule,
  type Sheet,
  writeLine,
  writeText,
} from "./sheet.ts";
import { type FittedLine, fitLines } from "./text-lines.ts";

/** JPEG of a part of the picture, at most so many pixels a side; null where the picture may not be shown. */
export type PictureOf = (region: PictureRegion, maxSide: number) => Promise<Uint8Array | null>;

/** What blocks need besides themselves: the picture, and where a finding can be looked at, where that is known. */
export type Surroundings = { picture: PictureOf; addressOf(findingId: string): string | null };

const BODY = { size: 9.2, weight: "regular" } as const;
const SMALL = { size: 8, weight: "regular" } as const;
const HEAD = { size: 8, weight: "bold" } as const;
const WARN = [154, 82, 0] as const;
const GAP = 9;
const across = { x: LEFT, width: CONTENT_WIDTH };

/** Writes a block below what is there. */
export async function writeBlock(sheet: Sheet, block: Block, around: Surroundings): Promise<void> {
  switch (block.kind) {
    case "facts":
      writeFacts(sheet, block.rows);
      break;
    case "paragraph":
      writeParagraph(sheet, block);
      break;
    case "table":
      writeTable(sheet, block);
      break;
    case "chart":
      writeChart(sheet, block);
      break;
    case "picture":
      await writePicture(sheet, block, around);
      break;
    case "crops":
      await writeCrops(sheet, block.cards, around);
      break;
    case "transcript":
      writeTranscript(sheet, block);
      break;
  }
  sheet.y += GAP;
}

type Of<Kind extends Block["kind"]> = Extract<Block, { kind: Kind }>;

const NAME_WIDTH = 104;

function writeFacts(sheet: Sheet, rows: Of<"facts">["rows"]): void {
  for (const { name, value } of rows) {
    const lines = fitLines(value, BODY, CONTENT_WIDTH - NAME_WIDTH, measureIn(sheet));
    reserve(sheet, Math.min(lines.length, 6) * lineHeight(BODY.size));
    writeLine(sheet, name, sheet.y, { ...BODY, x: LEFT, width: NAME_WIDTH - 8, colour: QUIET });
    for (const line of lines) {
      reserve(sheet, lineHeight(BODY.size));
      drawLine(sheet, line, sheet.y, { ...BODY, x: LEFT + NAME_WIDTH, width: CONTENT_WIDTH - NAME_WIDTH });
      sheet.y += lineHeight(BODY.size);
    }
    sheet.y += 2;
  }
}

function writeParagraph(sheet: Sheet, { text, tone }: Of<"paragraph">): void {
  const style = tone === "quiet" ? SMALL : BODY;
  writeText(sheet, text, { ...style, ...across, colour: tone === "quiet" ? QUIET : tone === "warn" ? WARN : INK });
}

const CELL_GAP = 8;
const SWATCH = 6;

function writeTable(sheet: Sheet, { caption, columns, rows }: Of<"table">): void {
  const first = rows[0];
  reserve(sheet, 52 + (first ? heightOf(linesOf(sheet, columns, first)) : 0));
  writeText(sheet, caption, { ...SMALL, ...across, colour: QUIET });
  writeHead(sheet, columns);
  for (const row of rows) {
    const cells = linesOf(sheet, columns, row);
    if (reserve(sheet, heightOf(cells))) writeHead(sheet, columns);
    for (const [index, lines] of cells.entries()) writeCell(sheet, placeOf(columns, index), lines, row[index]);
    sheet.y += heightOf(cells);
    rule(sheet, sheet.y - 1.5, RULE, 0.3);
  }
}

function writeHead(sheet: Sheet, columns: readonly Column[]): void {
  sheet.y += 3;
  for (const [index, { title }] of columns.entries()) {
    writeLine(sheet, title, sheet.y, { ...HEAD, ...placeOf(columns, index) });
  }
  sheet.y += lineHeight(HEAD.size) + 3;
  rule(sheet, sheet.y - 1.5, QUIET);
}

function placeOf(columns: readonly Column[], index: number): { x: number; width: number; align: Column["align"] } {
  const before = columns.slice(0, index).reduce((sum, { share }) => sum + share, 0);
  const { share = 0, align = "left" } = columns[index] ?? {};
  return { x: LEFT + before * CONTENT_WIDTH, width: share * CONTENT_WIDTH - CELL_GAP, align };
}

function linesOf(sheet: Sheet, columns: readonly Column[], row: readonly Cell[]): FittedLine[][] {
  return row.map(({ text, colour }, index) => {
    const { width } = placeOf(columns, index);
    return fitLines(text, SMALL, colour ? width - SWATCH - 4 : width, measureIn(sheet)).slice(0, 12);
  });
}

function heightOf(cells: readonly (readonly FittedLine[])[]): number {
  return Math.max(1, ...cells.map((lines) => lines.length)) * lineHeight(SMALL.size) + 4;
}

function writeCell(
  sheet: Sheet,
  place: ReturnType<typeof placeOf>,
  lines: readonly FittedLine[],
  cell: Cell | undefined,
): void {
  const colour = cell?.colour;
  const shift = colour ? SWATCH + 4 : 0;
  if (colour) {
    sheet.doc
      .rect(place.x, sheet.y + 3, SWATCH, SWATCH)
      .fillColor([...colour])
      .fill();
  }
  for (const [index, line] of lines.entries()) {
    const y = sheet.y + 1 + index * lineHeight(SMALL.size);
    drawLine(sheet, line, y, { ...SMALL, ...place, x: place.x + shift, width: place.width - shift });
  }
}

function writeChart(sheet: Sheet, { title, drawing }: Of<"chart">): void {
  const scale = CONTENT_WIDTH / drawing.width;
  reserve(sheet, drawing.height * scale + 18);
  writeLine(sheet, title, sheet.y, { ...HEAD, ...across });
  sheet.y += 16;
  draw(sheet, drawing, { x: LEFT, y: sheet.y, scale });
  sheet.y += drawing.height * scale;
}

const LEAST_PICTURE = 300;
const MOST_PICTURE = 560;

async function writePicture(sheet: Sheet, block: Of<"picture">, around: Surroundings): Promise<void> {
  const { region, marks, caption, legend } = block;
  const below = lineHeight(SMALL.size) * (2 + Math.ceil(legend.length / 4)) + 8;
  const aspect = region.height / region.width;
  const wanted = Math.min(CONTENT_WIDTH * aspect, MOST_PICTURE);
  if (roomLeft(sheet) < Math.min(wanted, LEAST_PICTURE) + below) nextPage(sheet);
  const height = Math.min(wanted, roomLeft(sheet) - below);
  const width = height / aspect;
  const x = LEFT + (CONTENT_WIDTH - width) / 2;
  await placePicture(sheet, around, region, { x, y: sheet.y, width, height, pixels: OVERVIEW_PIXELS });
  draw(sheet, marks, { x, y: sheet.y, scale: width / region.width });
  sheet.y += height + 5;
  writeText(sheet, caption, { ...SMALL, ...across, colour: QUIET, align: "centre" });
  writeLegend(sheet, legend);
}

async function placePicture(
  sheet: Sheet,
  { picture }: Surroundings,
  region: PictureRegion,
  place: { x: number; y: number; width: number; height: number; pixels: number },
): Promise<void> {
  const { x, y, width, height } = place;
  const jpeg = await picture(region, place.pixels);
  if (jpeg) {
    sheet.doc.image(Buffer.from(jpeg), x, y, { width, height });
    sheet.doc
      .rect(x, y, width, height)
      .lineWidth(0.4)
      .strokeColor([...RULE])
      .stroke();
  } else {
    sheet.doc
      .rect(x, y, width, height)
      .fillColor([...RULE])
      .fill();
    writeLine(sheet, "The picture is not shown", y + height / 2 - 6, { ...SMALL, x, width, align: "centre" });
  }
}

function writeLegend(sheet: Sheet, legend: readonly Cell[]): void {
  const columns = 4;
  const width = CONTENT_WIDTH / columns;
  for (const [index, { text, colour }] of legend.entries()) {
    const column = index % columns;
    if (column === 0 && index > 0) sheet.y += lineHeight(SMALL.size);
    const x = LEFT + column * width;
    if (colour)
      sheet.doc
        .rect(x, sheet.y + 2, SWATCH, SWATCH)
        .fillColor([...colour])
        .fill();
    writeLine(sheet, text, sheet.y, { ...SMALL, x: x + SWATCH + 4, width: width - SWATCH - 12 });
  }
  if (legend.length > 0) sheet.y += lineHeight(SMALL.size);
}

const CARDS = 4;
const CARD_GAP = 12;
const CARD_WIDTH = (CONTENT_WIDTH - (CARDS - 1) * CARD_GAP) / CARDS;
const CARD_TEXT = 7.4;

function heightOfCards(cards: readonly CropCard[]): number {
  const lines = 1 + Math.max(0, ...cards.map((card) => card.lines.length));
  return CARD_WIDTH + 5 + lines * lineHeight(CARD_TEXT) + 6;
}

/** What of a block is not to be parted from the heading over it, in points, beyond its first lines. */
export function heightToKeep(block: Block): number {
  return block.kind === "crops" ? heightOfCards(block.cards) : 0;
}

async function writeCrops(sheet: Sheet, cards: readonly CropCard[], around: Surroundings): Promise<void> {
  const height = heightOfCards(cards);
  for (let start = 0; start < cards.length; start += CARDS) {
    reserve(sheet, height);
    for (const [column, card] of cards.slice(start, start + CARDS).entries()) {
      await writeCard(sheet, card, LEFT + column * (CARD_WIDTH + CARD_GAP), around);
    }
    sheet.y += height;
  }
}

async function writeCard(sheet: Sheet, card: CropCard, x: number, around: Surroundings): Promise<void> {
  const { region } = card;
  const scale = CARD_WIDTH / Math.max(region.width, region.height);
  const [width, height] = [region.width * scale, region.height * scale];
  const left = x + (CARD_WIDTH - width) / 2;
  const top = sheet.y + (CARD_WIDTH - height) / 2;
  await placePicture(sheet, around, region, { x: left, y: top, width, height, pixels: CROP_PIXELS });
  draw(sheet, card.frame, { x: left, y: top, scale });
  let y = sheet.y + CARD_WIDTH + 5;
  sheet.doc
    .rect(x, y + 2, SWATCH - 1, SWATCH - 1)
    .fillColor([...card.colour])
    .fill();
  writeLine(sheet, card.title, y, {
    size: CARD_TEXT,
    weight: "bold",
    x: x + SWATCH + 3,
    width: CARD_WIDTH - SWATCH - 3,
  });
  for (const line of card.lines) {
    y += lineHeight(CARD_TEXT);
    writeLine(sheet, line, y, { size: CARD_TEXT, weight: "regular", x, width: CARD_WIDTH, colour: QUIET });
  }
  const address = around.addressOf(card.id);
  if (address) sheet.doc.link(x, sheet.y, CARD_WIDTH, CARD_WIDTH + 5 + lineHeight(CARD_TEXT), address);
}

function writeTranscript(sheet: Sheet, { title, lines }: Of<"transcript">): void {
  reserve(sheet, 60);
  writeLine(sheet, title, sheet.y, { ...HEAD, ...across });
  sheet.y += 16;
  for (const line of lines) {
    if (line.trim() === "") sheet.y += lineHeight(BODY.size) / 2;
    else writeText(sheet, line, { ...BODY, x: LEFT + 10, width: CONTENT_WIDTH - 10 });
  }
}
