import { type Finding, REVIEW_STATES } from "#lib/core/detection/finding.ts";

type Source = Finding["source"];

export const UNREVIEWED = REVIEW_STATES.indexOf("unreviewed");
export const ACCEPTED = REVIEW_STATES.indexOf("accepted");
export const REJECTED = REVIEW_STATES.indexOf("rejected");

/** Bits of a row's flags. The lower ones are those of the binary tiles. */
export const ROW_FLAGS = { provisional: 1, shaped: 2, person: 4, import: 8, locked: 16, gone: 64, dead: 128 } as const;

/** Rows are looked at together by place in blocks of so many. */
export const BLOCK_ROWS = 512;
/** The columns of a table, all of them in step. */
export const COLUMN_NAMES = ["boxes", "scores", "labels", "reviews", "flags", "versions", "stamps", "bounds"] as const;

/** Empty columns for so many rows, all of them dead. */
export function makeColumns(capacity: number) {
  const bounds = new Float64Array(Math.ceil(capacity / BLOCK_ROWS) * 4);
  for (let at = 0; at < bounds.length; at += 4) {
    bounds.fill(Number.POSITIVE_INFINITY, at, at + 2).fill(Number.NEGATIVE_INFINITY, at + 2, at + 4);
  }
  return {
    /** x, y, width, height of row i at 4·i. */
    boxes: new Float64Array(capacity * 4),
    /** NaN where there is none. */
    scores: new Float32Array(capacity),
    /** Indexes into `labelNames`. */
    labels: new Uint16Array(capacity),
    /** Indexes into REVIEW_STATES. */
    reviews: new Uint8Array(capacity),
    /** Bits of ROW_FLAGS. */
    flags: new Uint8Array(capacity).fill(ROW_FLAGS.dead),
    versions: new Uint32Array(capacity),
    /** The reading that met the row last. */
    stamps: new Uint32Array(capacity),
    /** Left, top, right and bottom of each block of rows. */
    bounds,
  } satisfies Record<(typeof COLUMN_NAMES)[number], ArrayBufferView>;
}

/** Where a row is from, by its flags. */
export function sourceOf(flags: number): Source {
  return (flags & ROW_FLAGS.person) !== 0 ? "person" : (flags & ROW_FLAGS.import) !== 0 ? "import" : "model";
}

/** The flag of where a row is from. */
export function sourceFlag(source: Source): number {
  return { model: 0, person: ROW_FLAGS.person, import: ROW_FLAGS.import }[source];
}
