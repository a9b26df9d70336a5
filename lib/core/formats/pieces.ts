/** Characters that a piece of a stream has at least, the last one excepted: one write a finding would be slow. */
const PIECE = 32_768;

/** Joins small texts to pieces of some tens of kilobytes. */
export async function* inPieces(texts: AsyncIterable<string>): AsyncGenerator<string> {
  let piece = "";
  for await (const text of texts) {
    piece += text;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = "";
  }
  if (piece !== "") yield piece;
}
