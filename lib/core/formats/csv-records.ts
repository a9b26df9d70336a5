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

/**
 * Records of a CSV text, apostrophes before formulas taken off. Lines end at CRLF, LF or CR; empty lines are no records; an open
 * quote ends with the text.
 */
export function parseRecords(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  const source = text.replace(/^\uFEFF/, "");
  let at = 0;
  while (at < source.length) {
    const cell = source[at] === '"' ? quotedCell(source, at) : bareCell(source, at);
    record.push(arm(cell.text));
    const separator = /,|\r\n|\n|\r|$/y;
    separator.lastIndex = cell.end;
    const [mark = ""] = separator.exec(source) ?? [];
    at = cell.end + mark.length;
    if (mark === "," && at < source.length) continue;
    if (mark === ",") record.push("");
    if (record.length > 1 || record[0] !== "") records.push(record);
    record = [];
  }
  return records;
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
  const pattern = /"((?:[^"]|"")*)"?/y;
  pattern.lastIndex = start;
  const [whole = "", inner = ""] = pattern.exec(source) ?? [];
  const rest = bareCell(source, start + whole.length);
  return { text: inner.replaceAll('""', '"') + rest.text, end: rest.end };
}
