import { splitByFont, type TextRun, type Weight } from "./fonts.ts";

/** How a text is written; `size` in points. */
export type TextStyle = { size: number; weight: Weight };

/** Measures a part of a text in points. */
export type Measure = (run: TextRun, size: number) => number;

/** A line that fits: its parts from left to right, and how wide they are together. */
export type FittedLine = { runs: (TextRun & { width: number })[]; width: number };

/** What cannot be written: control characters, and halves of surrogate pairs. */
const UNWRITABLE = /\p{Cc}|\p{Surrogate}/gu;

/** Breaks a text into lines of at most `width` points: between words, and within those that are longer than a line. */
export function fitLines(text: string, style: TextStyle, width: number, measure: Measure): FittedLine[] {
  const widthOf = (piece: string): number => lineOf(piece, style, measure).width;
  const lines: string[] = [];
  let line = "";
  for (const word of text.replace(UNWRITABLE, " ").split(/ +/)) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (widthOf(longer) <= width) {
      line = longer;
      continue;
    }
    if (line !== "") lines.push(line);
    line = word;
    while (widthOf(line) > width) {
      const head = longestHead(line, width, widthOf);
      lines.push(head);
      line = line.slice(head.length);
    }
  }
  lines.push(line);
  return lines.map((each) => lineOf(each, style, measure));
}

/** A text on one line of at most `width` points, cut with an ellipsis where it is longer. */
export function fitLine(text: string, style: TextStyle, width: number, measure: Measure): FittedLine {
  const clean = text.replace(UNWRITABLE, " ");
  const whole = lineOf(clean, style, measure);
  if (whole.width <= width) return whole;
  const head = longestHead(clean, width, (piece) => lineOf(`${piece}…`, style, measure).width);
  return lineOf(`${head}…`, style, measure);
}

function lineOf(text: string, { size, weight }: TextStyle, measure: Measure): FittedLine {
  const runs = splitByFont(text, weight).map((run) => ({ ...run, width: measure(run, size) }));
  return { runs, width: runs.reduce((sum, run) => sum + run.width, 0) };
}

/** At least one character, and as many as fit. */
function longestHead(word: string, width: number, widthOf: (text: string) => number): string {
  const characters = [...word];
  let [low, high] = [1, characters.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (widthOf(characters.slice(0, middle).join("")) <= width) low = middle;
    else high = middle - 1;
  }
  return characters.slice(0, low).join("");
}
