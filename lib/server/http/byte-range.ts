/** Bytes `start` to `end`, both inside. */
export type ByteRange = { start: number; end: number };

/**
 * The part of `bytes` bytes that a `Range` header asks for (RFC 9110, 14.2). Null: all of it, as also where the header names several
 * parts or is not understood; `unsatisfiable` where it begins past the end.
 */
export function byteRange(header: string | null, bytes: number): ByteRange | null | "unsatisfiable" {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? "") ?? [];
  if (first === "" && last === "") return null;
  const start = first === "" ? Math.max(0, bytes - Number(last)) : Number(first);
  const end = first === "" || last === "" ? bytes - 1 : Math.min(Number(last), bytes - 1);
  if (first !== "" && last !== "" && Number(last) < Number(first)) return null;
  return start >= bytes || end < start ? "unsatisfiable" : { start, end };
}
