import type { CarriedFinding, Failure, FormatContext } from "./format.ts";
import { formatOf } from "./registry.ts";
import { type Source, sourceOfBytes, sourceOfText } from "./source.ts";

/** For tests: all that a file holds. */
export type Parsed = { parsed: CarriedFinding[]; failed: Failure[] };

/** For tests: reads a whole file. */
export async function readAll(id: string, context: FormatContext, source: Source): Promise<Parsed> {
  const result: Parsed = { parsed: [], failed: [] };
  for await (const entry of formatOf(id).read(context, source)) {
    if ("finding" in entry) result.parsed.push(entry.finding);
    else result.failed.push(entry.failed);
  }
  return result;
}

/** For tests: a whole file of findings. */
export async function writeAll(
  id: string,
  context: FormatContext,
  findings: Iterable<CarriedFinding>,
): Promise<Uint8Array> {
  async function* stream() {
    yield* findings;
  }
  const pieces: Uint8Array[] = [];
  for await (const piece of formatOf(id).write(context, stream())) pieces.push(Buffer.from(piece));
  return new Uint8Array(Buffer.concat(pieces));
}

/** What was written, as a file to be read. */
export function sourceOf(file: string | Uint8Array): Source {
  return typeof file === "string" ? sourceOfText(file) : sourceOfBytes(file);
}

/** The file as it comes in pieces of so many bytes. */
export function inSlices(file: Uint8Array, size: number): Source {
  return {
    bytes: file.length,
    async *read({ start, end } = { start: 0, end: file.length }) {
      for (let at = start; at < end; at += size) yield file.subarray(at, Math.min(at + size, end));
    },
  };
}
