/** Numbers in [0, 1) that a seed fixes (a linear congruential generator of Knuth's, 64 bits). */
function seeded(seed: number): () => number {
  let state = BigInt(seed) * 2_862_933_555_777_941_757n + 3_037_000_493n;
  return () => {
    state = BigInt.asUintN(64, state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n);
    return Number(state >> 11n) / 2 ** 53;
  };
}

/** Values at which readers go wrong: nothing, one less than nothing, the largest with and without sign. */
const EDGES = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];
/** Where most headers and directories lie. */
const HEAD_BYTES = 2048;

type Mutation = (bytes: Buffer, random: () => number, other: Buffer) => Buffer;

const upTo = (random: () => number, limit: number): number => Math.floor(random() * Math.max(1, limit));

const MUTATIONS: readonly Mutation[] = [
  function flipBits(bytes, random) {
    const copy = Buffer.from(bytes);
    for (let count = 1 + upTo(random, 20); count > 0; count -= 1) {
      const at = upTo(random, random() < 0.7 ? Math.min(HEAD_BYTES, copy.length) : copy.length);
      copy[at] = (copy[at] ?? 0) ^ (1 << upTo(random, 8));
    }
    return copy;
  },
  function writeEdges(bytes, random) {
    const copy = Buffer.from(bytes);
    for (let count = 1 + upTo(random, 4); count > 0; count -= 1) {
      const width = [1, 2, 4][upTo(random, 3)] ?? 1;
      const value = (EDGES[upTo(random, EDGES.length)] ?? 0) % 2 ** (8 * width);
      const at = upTo(random, Math.min(HEAD_BYTES, copy.length) - width);
      if (copy.length < at + width) continue;
      if (random() < 0.5) copy.writeUIntLE(value, at, width);
      else copy.writeUIntBE(value, at, width);
    }
    return copy;
  },
  function truncate(bytes, random) {
    return bytes.subarray(0, upTo(random, bytes.length));
  },
  function removePart(bytes, random) {
    const at = upTo(random, bytes.length);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + upTo(random, 512))]);
  },
  function repeatPart(bytes, random) {
    const at = upTo(random, bytes.length);
    const part = bytes.subarray(at, at + 1 + upTo(random, 512));
    return Buffer.concat([
      bytes.subarray(0, at),
      ...Array.from({ length: 1 + upTo(random, 64) }, () => part),
      bytes.subarray(at),
    ]);
  },
  function goOnAsAnother(bytes, random, other) {
    return Buffer.concat([bytes.subarray(0, upTo(random, bytes.length)), other.subarray(upTo(random, other.length))]);
  },
];

/** What a seed makes of real files: one of them, changed once or twice. */
export function mutant(files: readonly Buffer[], seed: number): Buffer {
  const random = seeded(seed);
  const pick = (): Buffer => files[upTo(random, files.length)] ?? Buffer.alloc(0);
  let bytes = pick();
  for (let times = random() < 0.7 ? 1 : 2; times > 0; times -= 1) {
    const mutate = MUTATIONS[upTo(random, MUTATIONS.length)];
    if (mutate) bytes = mutate(bytes, random, pick());
  }
  return bytes;
}
