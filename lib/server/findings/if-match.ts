import { TesseraError } from "#lib/core/errors.ts";
import type { ExpectedVersion } from "./change-finding.ts";

/** The version in an `If-Match` header: `"3"`. Absent or `*`: whatever it is now. Throws `bad-request` for anything else. */
export function readIfMatch(headers: Headers): ExpectedVersion {
  const header = headers.get("if-match")?.trim();
  if (header === undefined || header === "*") return null;
  const version = /^(?:W\/)?"?(\d{1,9})"?$/.exec(header)?.[1];
  if (version === undefined) {
    throw new TesseraError("bad-request", "If-Match does not hold a version", { remedy: 'write it as If-Match: "3"' });
  }
  return Number(version);
}
