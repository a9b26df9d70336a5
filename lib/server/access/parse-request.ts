import type { z } from "zod";
import { TesseraError } from "#lib/core/errors.ts";
import { InvalidRequest } from "./invalid-request.ts";

/** A JSON body is read up to this size; pictures come as streams and not through a schema. */
const BODY_LIMIT_BYTES = 8 * 1024 * 1024;

/** The parameters of an address. One that does not parse is the address of nothing: throws `not-found`. */
export function parseParams<T>(schema: z.ZodType<T>, params: Record<string, string | string[] | undefined>): T {
  const parsed = schema.safeParse(params);
  if (!parsed.success) throw new TesseraError("not-found", "there is nothing at this address");
  return parsed.data;
}

/** A query: what is given once is a string, what is given several times a list. Throws `bad-request`. */
export function parseQuery<T>(schema: z.ZodType<T>, search: URLSearchParams): T {
  const values: Record<string, string | string[]> = {};
  for (const name of new Set(search.keys())) {
    const all = search.getAll(name);
    values[name] = all.length === 1 ? (all[0] ?? "") : all;
  }
  const parsed = schema.safeParse(values);
  if (!parsed.success) throw new InvalidRequest("query", parsed.error);
  return parsed.data;
}

/** A body that is JSON and fits. Throws `bad-request` for what is no JSON, `bad-input` for what does not fit, `too-large`. */
export async function parseBody<T>(schema: z.ZodType<T>, request: Request): Promise<T> {
  const text = await readText(request);
  let value: unknown;
  try {
    value = text === "" ? {} : JSON.parse(text);
  } catch {
    throw new TesseraError("bad-request", "the body is not JSON");
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new InvalidRequest("body", parsed.error);
  return parsed.data;
}

async function readText(request: Request): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  // Not cancelled when the body is too large: that would cut the connection before the answer is out.
  for await (const chunk of request.body?.values({ preventCancel: true }) ?? []) {
    bytes += chunk.byteLength;
    if (bytes > BODY_LIMIT_BYTES) throw new TesseraError("too-large", "a JSON body holds at most 8 MB");
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
