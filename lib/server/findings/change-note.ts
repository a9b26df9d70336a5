import { TesseraError } from "#lib/core/errors.ts";

/** What is said beside a change: its sender's name for it, so that one sent again is known; and whether it was a random sample's. */
export type ChangeNote = { writeId: string | null; sampled: boolean };

/** A change of which nothing more is said. */
export const PLAIN_CHANGE: ChangeNote = { writeId: null, sampled: false };

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/**
 * Reads what a request says beside its change: `Idempotency-Key`, a UUID, and `Review-Order: random` of a decision in a random sample.
 * Throws `bad-request` for a key that is none.
 */
export function readChangeNote(headers: Headers): ChangeNote {
  const key = headers.get("idempotency-key");
  if (key !== null && !UUID.test(key)) {
    throw new TesseraError("bad-request", "Idempotency-Key of a change to a finding is a UUID", {
      remedy: "send a new UUID with each change, and the same one when you send a change again",
    });
  }
  return { writeId: key, sampled: headers.get("review-order") === "random" };
}
