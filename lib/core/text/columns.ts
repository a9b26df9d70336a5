import { weightedMedian } from "../weighted-median.ts";
import { chainLines } from "./lines.ts";
import type { UprightWord } from "./upright-words.ts";

/** A gap between words counts as white space between columns from this part of their height on. */
const WIDE_GAP = 0.9;
/** A column has lines of so many letters on average; what is narrower are bullets, numbers and the like, which stay with their text. */
const LETTERS_A_LINE = 8;
/** Columns are as long as this, in lines, one of them at least. */
const LINES = 3;
/** Words are a little lower where it is asked which are beside each other: ascenders reach into the line above. */
const TRIM = 0.2;

/**
 * Splits a page, or a column of it, into what is read one after the other: parts of a single column each, their words in no order.
 * Rows of words are put together as long as white space runs through all of them from top to bottom; where columns of text lie on
 * both sides of it, they are read one by one, and split in turn.
 */
export function splitColumns(words: readonly UprightWord[]): UprightWord[][] {
  const bands = bandsOf(words);
  const parts: UprightWord[][] = [];
  let single: UprightWord[] = [];
  for (let from = 0; from < bands.length; ) {
    const section = longestSection(bands, from);
    if (!section) {
      single.push(...(bands[from]?.words ?? []));
      from += 1;
      continue;
    }
    if (single.length > 0) parts.push(single);
    single = [];
    for (const column of section.columns)
      parts.push(...(column.length < words.length ? splitColumns(column) : [column]));
    from = section.to;
  }
  if (single.length > 0) parts.push(single);
  return parts;
}

type Band = { words: UprightWord[]; top: number; bottom: number };
type Gap = [left: number, right: number];

/** Rows of words without a horizontal line between them that touches none. */
function bandsOf(words: readonly UprightWord[]): Band[] {
  const bands: Band[] = [];
  for (const word of words.toSorted((a, b) => a.top - b.top)) {
    const trim = (word.bottom - word.top) * TRIM;
    const band = bands.at(-1);
    if (band && word.top + trim < band.bottom) {
      band.words.push(word);
      band.bottom = Math.max(band.bottom, word.bottom - trim);
    } else bands.push({ words: [word], top: word.top + trim, bottom: word.bottom - trim });
  }
  return bands;
}

/** The most bands from `from` on through which white space runs between columns; null where there are none. */
function longestSection(bands: readonly Band[], from: number): { to: number; columns: UprightWord[][] } | null {
  let gaps: Gap[] = [[-Infinity, Infinity]];
  let found: { to: number; columns: UprightWord[][] } | null = null;
  const words: UprightWord[] = [];
  for (let to = from; to < bands.length; to++) {
    const band = bands[to];
    if (!band) break;
    gaps = intersect(gaps, gapsOf(band.words));
    words.push(...band.words);
    const between = gaps.filter(([left, right]) => Number.isFinite(left) && Number.isFinite(right));
    if (between.length === 0 && gaps.every(([left, right]) => right - left !== Infinity)) break;
    const columns = between.length > 0 ? columnsOf(words, between) : [];
    if (columns.length > 1 && !endsApart(bands, from, to, columns)) found = { to: to + 1, columns };
  }
  return found;
}

/** What is white in a row: left and right of all words, and between them where it is wide. Specks that were read as marks do not count. */
function gapsOf(words: readonly UprightWord[]): Gap[] {
  const gaps: Gap[] = [];
  let [end, height] = [-Infinity, 0];
  for (const word of words.filter(hasLetters).toSorted((a, b) => a.left - b.left)) {
    const own = word.bottom - word.top;
    if (word.left - end >= WIDE_GAP * Math.max(own, height)) gaps.push([end, word.left]);
    if (word.right >= end) [end, height] = [word.right, own];
  }
  gaps.push([end, Infinity]);
  return gaps;
}

function hasLetters({ word }: UprightWord): boolean {
  return /[\p{L}\p{N}]/u.test(word.text);
}

function intersect(some: readonly Gap[], others: readonly Gap[]): Gap[] {
  return some.flatMap(([left, right]) =>
    others.flatMap(([otherLeft, otherRight]): Gap[] => {
      const shared: Gap = [Math.max(left, otherLeft), Math.min(right, otherRight)];
      return shared[1] > shared[0] ? [shared] : [];
    }),
  );
}

/** Words between the gaps, as columns; what is too narrow to be one goes with what is right of it, or, at the end, left of it. */
function columnsOf(words: readonly UprightWord[], gaps: readonly Gap[]): UprightWord[][] {
  const height = weightedMedian(words.map(({ top, bottom }) => ({ value: bottom - top, weight: 1 })));
  const cuts = gaps
    .filter(([left, right]) => right - left >= WIDE_GAP * height * 0.5)
    .map(([left, right]) => (left + right) / 2)
    .toSorted((a, b) => a - b);
  const columns: UprightWord[][] = Array.from({ length: cuts.length + 1 }, () => []);
  for (const word of words) columns[cuts.filter((cut) => cut < word.left).length]?.push(word);
  const kept: UprightWord[][] = [];
  let narrow: UprightWord[] = [];
  for (const column of columns.filter(({ length }) => length > 0)) {
    const joined = [...narrow, ...column];
    narrow = isColumn(column) ? [] : joined;
    if (narrow.length === 0) kept.push(joined);
  }
  if (narrow.length > 0) kept.push([...(kept.pop() ?? []), ...narrow]);
  return kept.some((column) => chainLines(column).length >= LINES) ? kept : [];
}

function isColumn(words: readonly UprightWord[]): boolean {
  const letters = words.reduce((sum, { word }) => sum + word.text.length, 0);
  return letters / chainLines(words).length >= LETTERS_A_LINE;
}

/** True where the last row stands apart and in one column only: it is rather what follows below all of them. */
function endsApart(bands: readonly Band[], from: number, to: number, columns: readonly UprightWord[][]): boolean {
  const [last, above] = [bands[to], bands[to - 1]];
  if (!last || !above || to === from) return false;
  const touched = columns.filter((column) => column.some((word) => last.words.includes(word)));
  const height = weightedMedian(last.words.map(({ top, bottom }) => ({ value: bottom - top, weight: 1 })));
  return touched.length === 1 && touched[0] !== columns.at(-1) && last.top - above.bottom > 1.5 * height;
}
