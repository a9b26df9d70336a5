import { weightedMedian } from "../weighted-median.ts";
import { splitColumns } from "./columns.ts";
import { chainLines, type UprightLine } from "./lines.ts";
import { byDirection } from "./upright-words.ts";
import { boundsOfWords, type Word } from "./word.ts";

/** A line of text: its words in the order of reading. */
export type TextLine = { words: Word[]; box: Word["box"] };
/** Lines that belong together. */
export type Paragraph = { lines: TextLine[]; box: Word["box"] };
/** All text of a page in the order of reading. `angle`: in which most lines run, degrees clockwise from the x axis. */
export type PageText = { angle: number; paragraphs: Paragraph[] };

/** A new paragraph begins where the distance of lines is this many times the usual one of its column. */
const PARAGRAPH_DISTANCE = 1.45;

/**
 * Puts the words of a page in the order of reading: lines, whatever way they run, paragraphs, columns. Depends on where words are
 * alone, so that words of several tiles, or drawn by a person, are as good as any.
 */
export function pageText(words: readonly Word[]): PageText {
  const written = words.filter(({ text }) => text.trim() !== "");
  const directions = byDirection(written);
  const paragraphs = directions.flatMap(({ words: upright }) =>
    splitColumns(upright).flatMap((column) => paragraphsOf(chainLines(column)).map(toParagraph)),
  );
  return { angle: directions[0]?.angle ?? 0, paragraphs };
}

/** The text of a page: a line each, an empty line between paragraphs. */
export function plainText({ paragraphs }: PageText): string {
  return paragraphs.map(({ lines }) => lines.map(lineText).join("\n")).join("\n\n");
}

/** A line's words with blanks between. */
export function lineText({ words }: TextLine): string {
  return words.map(({ text }) => text).join(" ");
}

function paragraphsOf(lines: readonly UprightLine[]): UprightLine[][] {
  const distances = lines.slice(1).map((line, index) => baseline(line) - baseline(lines[index] ?? []));
  const usual = weightedMedian(distances.filter((distance) => distance > 0).map((value) => ({ value, weight: 1 })));
  const paragraphs: UprightLine[][] = [];
  for (const [index, line] of lines.entries()) {
    const distance = index === 0 ? Infinity : (distances[index - 1] ?? 0);
    if (distance > usual * PARAGRAPH_DISTANCE) paragraphs.push([line]);
    else paragraphs.at(-1)?.push(line);
  }
  return paragraphs;
}

/** The middle of a line's bottoms: descenders are fewer than letters without. */
function baseline(line: UprightLine): number {
  return weightedMedian(line.map(({ bottom }) => ({ value: bottom, weight: 1 })));
}

function toParagraph(lines: readonly UprightLine[]): Paragraph {
  const written = lines.map((line): TextLine => {
    const words = line.map(({ word }) => word);
    return { words, box: boundsOfWords(words) };
  });
  return { lines: written, box: boundsOfWords(written.flatMap(({ words }) => words)) };
}
