import { processWide } from "./process-wide.ts";

/** Randomness is drawn for so many ids at once: a dense tile takes hundreds. */
const DRAWN = 256;
const BYTES = 16;

/** Ids of one millisecond that can still be told apart in order: the 12 bits of `rand_a`. */
const PER_MILLISECOND = 4096;

/**
 * A new UUIDv7 (RFC 9562, section 5.7): 48 bits of Unix milliseconds, a counter of 12 bits that begins anew in each (section 6.2,
 * method 1), then random bits. Later ids of a process are greater, also within a millisecond and when the clock is set back, so that
 * lists in order of id are in order of making. Made in the application because Postgres 15 has none.
 */
export function uuidv7(): string {
  const last = processWide("uuidv7", () => ({ millis: 0, counter: 0 }));
  const now = Date.now();
  if (now > last.millis) Object.assign(last, { millis: now, counter: 0 });
  else if (++last.counter === PER_MILLISECOND) Object.assign(last, { millis: last.millis + 1, counter: 0 });

  const bytes = randomBytes();
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, (BigInt(last.millis) << 16n) | BigInt(0x7000 | last.counter));
  view.setUint8(8, 0x80 | (view.getUint8(8) & 0x3f));
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function randomBytes(): Uint8Array<ArrayBuffer> {
  const drawn = processWide("uuidv7.random", () => ({ bytes: new Uint8Array(DRAWN * BYTES), used: DRAWN }));
  if (drawn.used === DRAWN) {
    crypto.getRandomValues(drawn.bytes);
    drawn.used = 0;
  }
  drawn.used += 1;
  return drawn.bytes.slice((drawn.used - 1) * BYTES, drawn.used * BYTES);
}
