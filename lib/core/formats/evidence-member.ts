import type { FormatContext } from "./format.ts";

/**
 * The member of a JSON object that holds what its findings rest on, once for all of them: `,"evidence":{"runs":[…],"tiles":[…]}`. Nothing
 * where none is asked for.
 */
export async function* evidenceMember({ evidence }: FormatContext): AsyncGenerator<string> {
  if (!evidence) return;
  yield ',"evidence":{"runs":[';
  yield* listed(evidence.runs());
  yield '],"tiles":[';
  yield* listed(evidence.tiles());
  yield "]}";
}

async function* listed(values: AsyncIterable<unknown>): AsyncGenerator<string> {
  let separator = "\n";
  for await (const value of values) {
    yield separator + JSON.stringify(value);
    separator = ",\n";
  }
}
