/** Ids as the server makes them; what is drawn and not yet saved has a name of another form. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const WORDS = 4;
const BYTES = 16;
/** Positions of the 32 digits of a UUID in its text. */
const DIGITS = Array.from({ length: 36 }, (_, at) => at).filter((at) => ![8, 13, 18, 23].includes(at));
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/**
 * Makes an index of ids: rows' ids by position, and positions by id. A UUID takes sixteen bytes and a slot of a hash table (open
 * addressing, linear probing) in place of a string and a map's entry, which take ten times as much.
 */
export function createIdIndex() {
  let words = new Uint32Array(WORDS * 256);
  let bytes = new Uint8Array(words.buffer);
  /** Position plus one; 0 where a slot is free. Never more than half full. */
  let slots = new Uint32Array(512);
  let count = 0;
  /** Names that are not UUIDs: few, and short-lived. */
  let positions = new Map<string, number>();
  let names = new Map<number, string>();
  const asked = new Uint32Array(WORDS);
  const askedBytes = new Uint8Array(asked.buffer);

  function read(id: string): void {
    for (let at = 0; at < BYTES; at += 1) {
      const [high = 0, low = 0] = [DIGITS[2 * at], DIGITS[2 * at + 1]];
      askedBytes[at] = (digit(id.charCodeAt(high)) << 4) | digit(id.charCodeAt(low));
    }
  }

  /** The slot of an id: the one that holds it, or the free one where it belongs. */
  function slotOf(source: Uint32Array, from: number): number {
    const [a, b, c, d] = [source[from] ?? 0, source[from + 1] ?? 0, source[from + 2] ?? 0, source[from + 3] ?? 0];
    const last = slots.length - 1;
    for (let slot = hash(a, b, c, d) & last; ; slot = (slot + 1) & last) {
      const held = slots[slot] ?? 0;
      if (held === 0) return slot;
      const at = (held - 1) * WORDS;
      if (words[at + 3] === d && words[at + 2] === c && words[at + 1] === b && words[at] === a) return slot;
    }
  }

  function reserve(rows: number): void {
    if (rows * WORDS > words.length) {
      const wider = new Uint32Array(Math.max(rows, (words.length / WORDS) * 2) * WORDS);
      wider.set(words);
      words = wider;
      bytes = new Uint8Array(words.buffer);
    }
    if (rows * 2 <= slots.length) return;
    let length = slots.length;
    while (length < rows * 2) length *= 2;
    slots = new Uint32Array(length);
    for (let at = 0; at < count; at += 1) if (!names.has(at)) slots[slotOf(words, at * WORDS)] = at + 1;
  }

  function append(source: Uint32Array, from: number): number {
    reserve(count + 1);
    slots[slotOf(source, from)] = count + 1;
    words.set(source.subarray(from, from + WORDS), count * WORDS);
    count += 1;
    return count - 1;
  }

  return {
    /** Makes room for so many rows. */
    reserve,

    /** The position of an id; -1 where it has none. */
    find(id: string): number {
      if (!UUID.test(id)) return positions.get(id) ?? -1;
      read(id);
      return (slots[slotOf(asked, 0)] ?? 0) - 1;
    },

    /** The position of the id whose sixteen bytes begin at word `from`; -1 where it has none. */
    findWords: (source: Uint32Array, from: number): number => (slots[slotOf(source, from)] ?? 0) - 1,

    /** Gives an id that has none the next position. */
    add(id: string): number {
      if (UUID.test(id)) {
        read(id);
        return append(asked, 0);
      }
      reserve(count + 1);
      positions.set(id, count);
      names.set(count, id);
      count += 1;
      return count - 1;
    },
    addWords: append,

    /** The id at a position, spelt. */
    idAt(at: number): string {
      const name = names.get(at);
      if (name !== undefined) return name;
      if (at >= count) return "";
      let text = "";
      for (let byte = 0; byte < BYTES; byte += 1) {
        if (byte === 4 || byte === 6 || byte === 8 || byte === 10) text += "-";
        text += HEX[bytes[at * BYTES + byte] ?? 0] ?? "";
      }
      return text;
    },

    /** The id at a position as four numbers, the first of which weighs most; of ids that are made by time, it rises with that. */
    wordAt(at: number, word: number): number {
      const value = words[at * WORDS + word] ?? 0;
      return ((value << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24)) >>> 0;
    },

    clear(): void {
      words = new Uint32Array(WORDS * 256);
      bytes = new Uint8Array(words.buffer);
      slots = new Uint32Array(512);
      positions = new Map();
      names = new Map();
      count = 0;
    },
  };
}

function digit(code: number): number {
  return code <= 57 ? code - 48 : code - 87;
}

/** Mixes all words: ids made in one millisecond differ in their last ones alone. */
function hash(a: number, b: number, c: number, d: number): number {
  let value = Math.imul(a ^ (b >>> 7), 0x9e3779b1) ^ Math.imul(c, 0x85ebca6b) ^ Math.imul(d, 0xc2b2ae35);
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  return (value ^ (value >>> 13)) >>> 0;
}
