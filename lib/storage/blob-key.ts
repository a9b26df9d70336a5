import { TesseraError } from "#lib/core/errors.ts";

const SEGMENT = /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/;
const MAX_LENGTH = 512;

/**
 * Throws `bad-input` where `key` is not a blob key: relative, `/`-separated, of `[A-Za-z0-9._/-]`. No segment begins with a dot,
 * which keeps `..` out and hidden names for the store itself.
 */
export function assertBlobKey(key: string): void {
  if (key.length > MAX_LENGTH || !key.split("/").every((segment) => SEGMENT.test(segment))) {
    throw new TesseraError("bad-input", `${JSON.stringify(key.slice(0, 80))} is not a blob key`);
  }
}
