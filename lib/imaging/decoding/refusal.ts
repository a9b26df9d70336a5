import { TesseraError } from "#lib/core/errors.ts";

/** A picture that cannot be read, in one sentence, with what would help. */
export function refusal(message: string, remedy = "save it anew as TIFF, PNG or JPEG", cause?: unknown): TesseraError {
  return new TesseraError("unsupported-image", message, { remedy, ...(cause !== undefined && { cause }) });
}
