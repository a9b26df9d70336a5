const DIGIT_BITS = 11;
const BUCKETS = 1 << DIGIT_BITS;
const PASSES = 3;

/**
 * Sorts rows by several keys, the first of which weighs most: a radix sort, least significant digit first, which takes a million rows
 * in tens of milliseconds. Each key is a column of unsigned 32-bit numbers, one a row, in step with `rows`.
 */
export function sortRows(rows: Uint32Array, keys: readonly Uint32Array[]): Uint32Array {
  const { length } = rows;
  // Places in `rows` are what is moved; a key is looked up by place.
  let from = Uint32Array.from({ length }, (_, at) => at);
  let to = new Uint32Array(length);
  for (const key of [...keys].reverse()) {
    for (let pass = 0; pass < PASSES; pass += 1) {
      const shift = pass * DIGIT_BITS;
      const starts = new Uint32Array(BUCKETS + 1);
      for (let at = 0; at < length; at += 1) {
        const bucket = ((key[at] ?? 0) >>> shift) & (BUCKETS - 1);
        starts[bucket + 1] = (starts[bucket + 1] ?? 0) + 1;
      }
      // All in one bucket: nothing would move.
      if (starts.includes(length, 1)) continue;
      for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
        starts[bucket + 1] = (starts[bucket + 1] ?? 0) + (starts[bucket] ?? 0);
      }
      for (let at = 0; at < length; at += 1) {
        const place = from[at] ?? 0;
        const bucket = ((key[place] ?? 0) >>> shift) & (BUCKETS - 1);
        const target = starts[bucket] ?? 0;
        to[target] = place;
        starts[bucket] = target + 1;
      }
      [from, to] = [to, from];
    }
  }
  return from.map((place) => rows[place] ?? 0);
}

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** A number that sorts among unsigned integers as `value` does among real numbers, in single precision. */
export function sortable(value: number): number {
  float[0] = value;
  const pattern = bits[0] ?? 0;
  return (pattern & 0x80000000 ? ~pattern : pattern | 0x80000000) >>> 0;
}

/** The same key, the other way round. */
export const descending = (key: number): number => ~key >>> 0;
