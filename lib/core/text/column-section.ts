import { chainLines } from "./lines.ts";
import type { UprightWord } from "./upright-words.ts";

/** White space between two places, in pixels from left to right. */
export type Gap = [left: number, right: number];
/** A row of words, and what is white in it. */
export type Band = { words: UprightWord[]; top: number; bottom: number; gaps: Gap[] };

/** White space that is left of a wide gap when other rows reach into it, as a part of the height of words. */
const LEFT_GAP = 0.45;
/** A column has lines of so many letters on average; what is narrower are bullets, numbers and the like, which stay with their text. */
const LETTERS_A_LINE = 8;
/** Columns are as long as this, in lines, one of them at least. */
export const LINES = 3;

/** How much stands in a column. */
type Extent = { letters: number; lines: number };

/**
 * Rows of words below each other, taken in one by one, and whether white space parts them into columns. As a table may have thousands of
 * rows, and a section may begin and end at any of them, each row is counted once for as long as it leaves the white space where it was;
 * lines are counted row by row, so what looks parted is to be looked at in full.
 */
export function growingSection(): { add(band: Band): void; cuts(): number[]; looksParted(): boolean } {
  const bands: Band[] = [];
  const heights: number[] = [];
  let gaps: Gap[] = [[-Infinity, Infinity]];
  let between: Gap[] = [];
  let columns: Extent[] = [];
  const cuts = (): number[] => between.map(([left, right]) => (left + right) / 2);
  const count = ({ words }: Band): void => {
    for (const [index, own] of partedBy(cuts(), words).entries()) {
      const column = columns[index];
      if (!column || own.length === 0) continue;
      column.letters += lettersOf(own);
      column.lines += own.length === 1 ? 1 : chainLines(own).length;
    }
  };
  return {
    add(band) {
      bands.push(band);
      for (const { top, bottom } of band.words) insert(heights, bottom - top);
      gaps = intersect(gaps, band.gaps);
      const before = between;
      const least = LEFT_GAP * (heights[Math.ceil(heights.length / 2) - 1] ?? 0);
      between = gaps.filter(([left, right]) => right - left >= least && right - left !== Infinity);
      if (between.length === 0) return;
      if (before.length === between.length && between.every((gap, index) => isWithin(gap, before[index]))) {
        count(band);
      } else {
        columns = Array.from({ length: between.length + 1 }, () => ({ letters: 0, lines: 0 }));
        for (const each of bands) count(each);
      }
    },
    cuts,
    looksParted() {
      if (between.length === 0) return false;
      const written = columns.filter(({ lines }) => lines > 0);
      const kept = withoutNarrow(written, isColumn, (some, others) => ({
        letters: some.letters + others.letters,
        lines: Math.max(some.lines, others.lines),
      }));
      return kept.length > 1 && kept.some(({ lines }) => lines >= LINES);
    },
  };
}

export function isColumn({ letters, lines }: Extent): boolean {
  return letters / lines >= LETTERS_A_LINE;
}

export function lettersOf(words: readonly UprightWord[]): number {
  return words.reduce((sum, { word }) => sum + word.text.length, 0);
}

/** The words left of the first cut, between it and the second, and so on. Cuts go from left to right. */
export function partedBy(cuts: readonly number[], words: readonly UprightWord[]): UprightWord[][] {
  const parts: UprightWord[][] = Array.from({ length: cuts.length + 1 }, () => []);
  for (const word of words) parts[cuts.filter((cut) => cut < word.left).length]?.push(word);
  return parts;
}

/** Columns, of which those too narrow to be one go with what is right of them, or, at the end, left of them. */
export function withoutNarrow<T>(columns: readonly T[], isWide: (column: T) => boolean, join: (a: T, b: T) => T): T[] {
  const kept: T[] = [];
  let narrow: T | null = null;
  for (const column of columns) {
    const joined: T = narrow === null ? column : join(narrow, column);
    narrow = isWide(column) ? null : joined;
    if (narrow === null) kept.push(joined);
  }
  if (narrow === null) return kept;
  const last = kept.pop();
  return [...kept, last === undefined ? narrow : join(last, narrow)];
}

/** What is white in both. */
function intersect(some: readonly Gap[], others: readonly Gap[]): Gap[] {
  return some.flatMap(([left, right]) =>
    others.flatMap(([otherLeft, otherRight]): Gap[] => {
      const shared: Gap = [Math.max(left, otherLeft), Math.min(right, otherRight)];
      return shared[1] > shared[0] ? [shared] : [];
    }),
  );
}

function isWithin([left, right]: Gap, outer: Gap | undefined): boolean {
  return outer !== undefined && left >= outer[0] && right <= outer[1];
}

/** Puts a number where it belongs among sorted ones. */
function insert(sorted: number[], value: number): void {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  sorted.splice(low, 0, value);
}
