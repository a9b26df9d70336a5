/** A file to read findings from, as often as its reader wants. */
export type Source = {
  readonly bytes: number;
  /** Its bytes, or those from `start` to before `end`. */
  read(range?: { start: number; end: number }): AsyncIterable<Uint8Array>;
};

/** A text in memory as a source. */
export function sourceOfText(text: string): Source {
  return sourceOfBytes(new TextEncoder().encode(text));
}

/** Bytes in memory as a source. */
export function sourceOfBytes(bytes: Uint8Array): Source {
  return {
    bytes: bytes.length,
    async *read({ start, end } = { start: 0, end: bytes.length }) {
      yield bytes.subarray(start, end);
    },
  };
}

/** The source's text, piece by piece: UTF-8, or UTF-16 where it begins with that byte-order mark. Marks are taken off. */
export async function* textOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let decoder: TextDecoder | null = null;
  for await (const piece of bytes) {
    if (piece.length === 0) continue;
    decoder ??= new TextDecoder(encodingOf(piece));
    const text = decoder.decode(piece, { stream: true });
    if (text !== "") yield text;
  }
  const rest = decoder?.decode() ?? "";
  if (rest !== "") yield rest;
}

function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
}
