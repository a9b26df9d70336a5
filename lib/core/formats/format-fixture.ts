import type { CarriedFinding, Failure, FormatContext } from "./format.ts";
import { formatOf } from "./registry.ts";
import type { Source } from "./source.ts";

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
