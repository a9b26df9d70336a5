import { processWide } from "./process-wide.ts";

/** Randomness is drawn for so many ids at once: a dense tile takes hundreds. */
const DRAWN = 256;
/** Random bytes of an id. */
const BYTES = 8;
/** Two digits for each byte. */
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

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

  const millis = last.millis.toString(16).padStart(12, "0");
  const versioned = (0x7000 | last.counter).toString(16);
  const { bytes, at } = random();
  const hex = (offset: number): string => HEX[bytes[at + offset] ?? 0] ?? "";
  const varied = HEX[0x80 | ((bytes[at] ?? 0) & 0x3f)] ?? "";
  const tail = hex(2) + hex(3) + hex(4) + hex(5) + hex(6) + hex(7);
  return `${millis.slice(0, 8)}-${millis.slice(8)}-${versioned}-${varied}${hex(1)}-${tail}`;
}

function random(): { bytes: Uint8Array; at: number } {
  const drawn = processWide("uuidv7.random", () => ({ bytes: new Uint8Array(DRAWN * BYTES), used: DRAWN }));
  if (drawn.used === DRAWN) {
    crypto.getRandomValues(drawn.bytes);
    drawn.used = 0;
  }
  drawn.used += 1;
  return { bytes: drawn.bytes, at: (drawn.used - 1) * BYTES };
}
