import { TesseraError } from "../errors.ts";

/** Characters of one line at most. */
const MOST = 4 * 1024 * 1024;

/** Lines of a text, a batch for each piece, without their ends (LF or CRLF). Throws `bad-input` where one is millions of characters. */
export async function* linesOf(texts: AsyncIterable<string>): AsyncGenerator<string[]> {
  let rest = "";
  for await (const text of texts) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > MOST) throw new TesseraError("bad-input", "a line of it is millions of characters long");
    yield lines.map(withoutReturn);
  }
  if (rest !== "") yield [withoutReturn(rest)];
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}
