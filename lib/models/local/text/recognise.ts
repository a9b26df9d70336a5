import type { ReadWord, TextEngine } from "./engine.ts";
import type { Grey } from "./grey.ts";
import { findLetters, type Letters } from "./ink.ts";
import { letterHeight, lineAngle } from "./skew.ts";
import { turnUpright, type Upright } from "./upright.ts";

/**
 * A word in pixels of the picture. Corners in the sense of reading: where it begins at the top, where it ends at the top, then its
 * bottom from the end to the beginning.
 */
export type FoundWord = { text: string; score: number; corners: [x: number, y: number][] };

/** The height of letters, in pixels, that the recogniser reads best, and the sizes that it reads as well as they are. */
const BEST_LETTER = 26;
const SMALLEST_LETTER = 17;
const LARGEST_LETTER = 44;
/** Small letters are not enlarged beyond this: there is nothing more to see. */
const LARGEST_SCALE = 4;
/** A picture is read with at most so many pixels, which bounds the memory of a worker. */
const MOST_PIXELS = 40e6;
/** A page read the right way up is read with more confidence than this; upside down it is a third to a half. */
const SURE = 0.7;
/** A word of three letters and more that is higher than this many times its width. */
const SIDEWAYS = 1.8;
/** Which way is up is tried on so many lines of text, counted in heights of a letter. */
const SAMPLE_LETTERS = 30;

/**
 * Reads all words of a picture: finds in which direction lines run, turns them straight, brings letters to the size that is read best,
 * and reads. Where that gives little confidence, the other ways round are tried on a part, and the best is taken.
 */
export function recognise(engine: TextEngine, picture: Grey): FoundWord[] {
  const letters = findLetters(picture);
  const angle = lineAngle(letters);
  const turn = (degrees: number): Upright => turnUpright(picture, degrees, scaleFor(picture, letters, degrees));
  const first = turn(angle);
  const words = engine.read(first);
  if (confidenceOf(words) >= SURE || letters.marks.length === 0) return words.map(toFound(first));

  const tried = (degrees: number) => {
    const sample = busiestPart(turn(degrees), letterHeight(letters, degrees) * scaleFor(picture, letters, degrees));
    const read = engine.read(sample);
    return { degrees, worth: worthOf(read), confidence: confidenceOf(read) };
  };
  // Across the lines last: the recogniser turns a page that lies on its side by itself, but then does not say so.
  let tries = [angle, angle + 180].map(tried);
  if (tries.every(({ confidence }) => confidence < SURE)) tries = [...tries, ...[angle + 90, angle - 90].map(tried)];
  const best = tries.reduce((a, b) => (b.worth > a.worth ? b : a));
  if (best.degrees === angle) return words.map(toFound(first));
  const upright = turn(best.degrees);
  return engine.read(upright).map(toFound(upright));
}

function scaleFor({ width, height }: Grey, letters: Letters, angle: number): number {
  const letter = letterHeight(letters, angle);
  const fits = letter === 0 || (letter >= SMALLEST_LETTER && letter <= LARGEST_LETTER);
  const wished = fits ? 1 : Math.min(LARGEST_SCALE, BEST_LETTER / letter);
  return Math.min(wished, Math.sqrt(MOST_PIXELS / (width * height)));
}

/** Mean confidence, each letter counted alike; 0 of nothing. */
function confidenceOf(words: readonly ReadWord[]): number {
  const length = words.reduce((sum, { text }) => sum + text.length, 0);
  return words.reduce((sum, { text, confidence }) => sum + confidence * text.length, 0) / Math.max(1, length);
}

/** What a way round is worth: letters and digits read, those that are sure counted much more than the others. */
function worthOf(words: readonly ReadWord[]): number {
  return words.reduce(
    (sum, { text, confidence }) => sum + confidence ** 3 * (text.match(/[\p{L}\p{N}]/gu)?.length ?? 0),
    0,
  );
}

/** The rows of a page, at most `SAMPLE_LETTERS` letters high, in which there is most ink. */
function busiestPart(page: Upright, letter: number): Grey {
  const rows = Math.min(page.height, Math.max(64, Math.ceil(letter * SAMPLE_LETTERS)));
  if (rows === page.height) return page;
  const ink = new Float64Array(page.height + 1);
  for (let y = 0; y < page.height; y++) {
    let sum = 0;
    for (let x = 1; x < page.width; x++) {
      // Steps of brightness, not darkness: photographs and the edges of a scan are dark, too.
      sum += Math.abs((page.data[y * page.width + x] ?? 0) - (page.data[y * page.width + x - 1] ?? 0)) > 60 ? 1 : 0;
    }
    ink[y + 1] = (ink[y] ?? 0) + sum;
  }
  let top = 0;
  for (let y = 0; y + rows <= page.height; y++) {
    if ((ink[y + rows] ?? 0) - (ink[y] ?? 0) > (ink[top + rows] ?? 0) - (ink[top] ?? 0)) top = y;
  }
  return { data: page.data.slice(top * page.width, (top + rows) * page.width), width: page.width, height: rows };
}

function toFound(page: Upright): (word: ReadWord) => FoundWord {
  return ({ text, confidence, x0, y0, x1, y1 }) => {
    const corners = [page.toPicture(x0, y0), page.toPicture(x1, y0), page.toPicture(x1, y1), page.toPicture(x0, y1)];
    // Such a word stands on its side, as a note in a margin does: most of those read upwards.
    const isSideways = text.length >= 3 && y1 - y0 > SIDEWAYS * (x1 - x0);
    return {
      text,
      score: confidence,
      corners: isSideways ? [...corners.slice(3), ...corners.slice(0, 3)] : corners,
    };
  };
}
