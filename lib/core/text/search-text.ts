import { lineText, type PageText, type TextLine } from "./page-text.ts";
import type { Word } from "./word.ts";

/** A place where a text stands: its words, and what stands before and after them. */
export type TextHit = { words: Word[]; before: string; match: string; after: string };

/** Letters shown before and after a hit. */
const CONTEXT = 40;

/** As texts are searched: without case, accents and variants of letters; any white space is one blank. */
function searchable(text: string): string {
  return text
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/[\u2018\u2019]/gu, "'")
    .replaceAll(/[\u201c\u201d]/gu, '"')
    .replaceAll(/[\u2010-\u2015]/gu, "-")
    .toLowerCase()
    .replaceAll(/\s+/gu, " ");
}

/**
 * All places of a page where `query` stands, in the order of reading, also across ends of lines; a word that is divided at the end of
 * a line is found as a whole and as its parts.
 */
export function searchPage(page: PageText, query: string): TextHit[] {
  const wanted = searchable(query).trim();
  if (wanted === "") return [];
  const lines = page.paragraphs.flatMap((paragraph) => paragraph.lines);
  const asWritten = hitsIn(stream(lines, false), wanted);
  const known = new Set(asWritten.flatMap(({ first, last }) => `${first}-${last}`));
  const joined = hitsIn(stream(lines, true), wanted).filter(({ first, last }) => !known.has(`${first}-${last}`));
  const words = lines.flatMap((line) => line.words);
  const text = words.map((word) => word.text);
  return [...asWritten, ...joined]
    .toSorted((a, b) => a.first - b.first || a.last - b.last)
    .map(({ first, last }) => ({
      words: words.slice(first, last + 1),
      before: tail(text.slice(Math.max(0, first - CONTEXT), first).join(" ")),
      match: text.slice(first, last + 1).join(" "),
      after: head(text.slice(last + 1, last + 1 + CONTEXT).join(" ")),
    }));
}

/** Searchable text of a page, and which word each of its characters belongs to; blanks belong to the word before. */
type Stream = { text: string; wordAt: number[] };

/** `joins`: words divided at the end of a line are put together, their hyphen left out. */
function stream(lines: readonly TextLine[], joins: boolean): Stream {
  let text = "";
  const wordAt: number[] = [];
  let index = 0;
  for (const line of lines) {
    const isDivided = joins && /\p{L}[-\u2010\u00ad]$/u.test(lineText(line));
    for (const [position, word] of line.words.entries()) {
      const isLast = position === line.words.length - 1;
      const own = isDivided && isLast ? searchable(word.text.slice(0, -1)) : `${searchable(word.text)} `;
      text += own;
      for (let letter = 0; letter < own.length; letter++) wordAt.push(index);
      index += 1;
    }
  }
  return { text, wordAt };
}

function hitsIn({ text, wordAt }: Stream, wanted: string): { first: number; last: number }[] {
  const hits: { first: number; last: number }[] = [];
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) {
    hits.push({ first: wordAt[at] ?? 0, last: wordAt[at + wanted.length - 1] ?? 0 });
  }
  return hits;
}

function tail(text: string): string {
  return text.length > CONTEXT ? `…${text.slice(-CONTEXT)}` : text;
}

function head(text: string): string {
  return text.length > CONTEXT ? `${text.slice(0, CONTEXT)}…` : text;
}
