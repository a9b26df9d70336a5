import { weightedMedian } from "../weighted-median.ts";
import {
  type Band,
  type Gap,
  growingSection,
  isColumn,
  LINES,
  lettersOf,
  partedBy,
  withoutNarrow,
} from "./column-section.ts";
import { chainLines } from "./lines.ts";
import type { UprightWord } from "./upright-words.ts";

/** A gap between words counts as white space between columns from this part of their height on. */
const WIDE_GAP = 0.9;
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

/** Rows of words without a horizontal line between them that touches none. */
function bandsOf(words: readonly UprightWord[]): Band[] {
  const bands: Omit<Band, "gaps">[] = [];
  for (const word of words.toSorted((a, b) => a.top - b.top)) {
    const trim = (word.bottom - word.top) * TRIM;
    const band = bands.at(-1);
    if (band && word.top + trim < band.bottom) {
      band.words.push(word);
      band.bottom = Math.max(band.bottom, word.bottom - trim);
    } else bands.push({ words: [word], top: word.top + trim, bottom: word.bottom - trim });
  }
  return bands.map((band) => ({ ...band, gaps: gapsOf(band.words) }));
}

/** The most bands from `from` on through which white space runs between columns; null where there are none. */
function longestSection(bands: readonly Band[], from: number): { to: number; columns: UprightWord[][] } | null {
  const section = growingSection();
  const ends: { to: number; cuts: number[] }[] = [];
  for (const [index, band] of bands.slice(from).entries()) {
    section.add(band);
    if (section.looksParted()) ends.push({ to: from + index + 1, cuts: section.cuts() });
  }
  for (const { to, cuts } of ends.toReversed()) {
    const columns = columnsOf(
      bands.slice(from, to).flatMap(({ words }) => words),
      cuts,
    );
    if (columns.length > 1 && !endsApart(bands, from, to - 1, columns)) return { to, columns };
  }
  return null;
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

/** Words between the cuts, as columns; none where no column is as long as one. */
function columnsOf(words: readonly UprightWord[], cuts: readonly number[]): UprightWord[][] {
  const parts = partedBy(cuts, words).filter(({ length }) => length > 0);
  const kept = withoutNarrow(
    parts,
    (column) => isColumn({ letters: lettersOf(column), lines: chainLines(column).length }),
    (some, others) => [...some, ...others],
  );
  return kept.some((column) => chainLines(column).length >= LINES) ? kept : [];
}

/** True where the last row stands apart and in one column only: it is rather what follows below all of them. */
function endsApart(bands: readonly Band[], from: number, to: number, columns: readonly UprightWord[][]): boolean {
  const [last, above] = [bands[to], bands[to - 1]];
  if (!last || !above || to === from) return false;
  const touched = columns.filter((column) => column.some((word) => last.words.includes(word)));
  const height = weightedMedian(last.words.map(({ top, bottom }) => ({ value: bottom - top, weight: 1 })));
  return touched.length === 1 && touched[0] !== columns.at(-1) && last.top - above.bottom > 1.5 * height;
}
