import { TesseraError } from "../errors.ts";

/** What makes a spreadsheet take a text for a formula (OWASP, "CSV injection"), also behind blanks or in full width. */
const FORMULA = /^'*\s*[=+\-@\t\r\n＝＋－＠]/u;

/** One record with its line end. Numbers stand as they are, texts are made safe for spreadsheets and quoted where needed. */
export function toRecord(cells: readonly (string | number)[]): string {
  return `${cells.map((cell) => (typeof cell === "number" ? String(cell) : quote(disarm(cell)))).join(",")}\r\n`;
}

function disarm(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

function arm(text: string): string {
  return text.startsWith("'") && FORMULA.test(text) ? text.slice(1) : text;
}

function quote(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Characters of one record at most: where a quote stays open, the rest of the file would be one. */
const MOST = 16 * 1024 * 1024;

/** A record, and the line of the file on which it begins, from 1. */
export type CsvRecord = { cells: string[]; line: number };

/**
 * Records of a CSV text of any size, apostrophes before formulas taken off. Lines end at CRLF, LF or CR; empty lines are no
 * records; an open quote ends with the text. Throws `bad-input` where one record goes on for millions of characters.
 */
export async function* readRecords(texts: AsyncIterable<string>): AsyncGenerator<CsvRecord> {
  let rest = "";
  let line = 1;
  for await (const text of texts) {
    rest += text;
    let at = 0;
    for (let taken = takeRecord(rest, at, false); taken; taken = takeRecord(rest, at, false)) {
      if (!isEmpty(taken.cells)) yield { cells: taken.cells, line };
      line += lineEnds(rest, at, taken.end);
      at = taken.end;
    }
    rest = rest.slice(at);
    if (rest.length > MOST) throw new TesseraError("bad-input", `line ${line} does not end: is a quote left open?`);
  }
  let at = 0;
  for (let taken = takeRecord(rest, at, true); taken; taken = takeRecord(rest, at, true)) {
    if (!isEmpty(taken.cells)) yield { cells: taken.cells, line };
    line += lineEnds(rest, at, taken.end);
    at = taken.end;
  }
}

function isEmpty(cells: readonly string[]): boolean {
  return cells.length === 1 && cells[0] === "";
}

function lineEnds(text: string, from: number, to: number): number {
  let count = 0;
  for (let index = from; index < to; index++) {
    const code = text.charCodeAt(index);
    if (code === 10 || (code === 13 && text.charCodeAt(index + 1) !== 10)) count++;
  }
  return count;
}

/** The record that begins at `at`. Null at the end, or (unless the text is all there is) where more may belong to it. */
function takeRecord(source: string, at: number, isAll: boolean): { cells: string[]; end: number } | null {
  if (at >= source.length) return null;
  const cells: string[] = [];
  for (let start = at; ; ) {
    const cell = source[start] === '"' ? quotedCell(source, start) : bareCell(source, start);
    cells.push(arm(cell.text));
    // A line feed after this carriage return, or a second quote, may still come.
    if (!isAll && cell.end + 1 >= source.length) return null;
    const mark = source[cell.end];
    if (mark !== ",") return { cells, end: cell.end + (source.startsWith("\r\n", cell.end) ? 2 : mark ? 1 : 0) };
    start = cell.end + 1;
    if (start >= source.length) {
      cells.push("");
      return { cells, end: start };
    }
  }
}

type Cell = { text: string; end: number };

function bareCell(source: string, start: number): Cell {
  const pattern = /[^,\r\n]*/y;
  pattern.lastIndex = start;
  const [text = ""] = pattern.exec(source) ?? [];
  return { text, end: start + text.length };
}

/** What stands between quotes, two of them for one, and whatever follows the closing one before the next separator. */
function quotedCell(source: string, start: number): Cell {
  const pattern = /"([^"]*(?:""[^"]*)*)"?/y;
  pattern.lastIndex = start;
  const [whole = "", inner = ""] = pattern.exec(source) ?? [];
  const rest = bareCell(source, start + whole.length);
  return { text: inner.replaceAll('""', '"') + rest.text, end: rest.end };
}
