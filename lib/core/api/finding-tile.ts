import { REVIEW_STATES, type ReviewState } from "../detection/finding.ts";

/**
 * The findings of one viewer tile, binary, little-endian:
 *
 * | bytes   | what                                                                     |
 * |---------|--------------------------------------------------------------------------|
 * | 16      | "TFT1", then as Uint32: total that touch the tile, count sent, bytes of labels |
 * | 16 × n  | Float32 x, y, width, height in level-0 pixels                            |
 * | 4 × n   | Float32 score, NaN where there is none                                   |
 * | 4 × n   | Uint32 version                                                           |
 * | 16 × n  | id (UUID)                                                                |
 * | 2 × n   | Uint16 index into the labels                                             |
 * | 1 × n   | Uint8 review: 0 unreviewed, 1 accepted, 2 rejected                       |
 * | 1 × n   | Uint8 flags: 1 provisional, 2 has a shape beyond its box, 4 drawn by a person |
 * | rest    | labels: a JSON array, UTF-8                                              |
 *
 * Where `total` is more than `count`, the tile is thinned: those drawn by a person and the highest scores were sent. A finding
 * that touches several tiles is in each of them.
 */
const MAGIC = 0x31544654;
const HEADER_BYTES = 16;

export const TILE_FLAGS = { provisional: 1, shaped: 2, drawn: 4 } as const;

/** A finding as it goes into a tile. */
export type TileFinding = {
  id: string;
  x: number;
  y: number;
  width: number;
  height: number;
  score: number | null;
  label: string;
  review: ReviewState;
  version: number;
  flags: number;
};

/** A decoded tile: column by column, views on the bytes that arrived. */
export type FindingTile = {
  total: number;
  count: number;
  labels: string[];
  /** x, y, width, height of finding i at 4·i. */
  boxes: Float32Array;
  scores: Float32Array;
  versions: Uint32Array;
  /** Sixteen bytes each; `tileFindingId` spells one. */
  ids: Uint8Array;
  labelIndexes: Uint16Array;
  /** Indexes into REVIEW_STATES. */
  reviews: Uint8Array;
  flags: Uint8Array;
};

function columns(buffer: ArrayBuffer, count: number) {
  let offset = HEADER_BYTES;
  const take = (bytes: number): number => {
    offset += bytes;
    return offset - bytes;
  };
  return {
    boxes: new Float32Array(buffer, take(16 * count), 4 * count),
    scores: new Float32Array(buffer, take(4 * count), count),
    versions: new Uint32Array(buffer, take(4 * count), count),
    ids: new Uint8Array(buffer, take(16 * count), 16 * count),
    labelIndexes: new Uint16Array(buffer, take(2 * count), count),
    reviews: new Uint8Array(buffer, take(count), count),
    flags: new Uint8Array(buffer, take(count), count),
    end: offset,
  };
}

/** Writes a tile. `total` is how many findings touch it, sent or not. */
export function encodeFindingTile(findings: readonly TileFinding[], total: number): Uint8Array<ArrayBuffer> {
  const labels = [...new Set(findings.map((finding) => finding.label))];
  const indexOf = new Map(labels.map((label, index) => [label, index]));
  const labelBytes = new TextEncoder().encode(JSON.stringify(labels));
  const count = findings.length;
  const buffer = new ArrayBuffer(HEADER_BYTES + 44 * count + labelBytes.byteLength);
  new Uint32Array(buffer, 0, 4).set([MAGIC, total, count, labelBytes.byteLength]);
  const column = columns(buffer, count);
  findings.forEach((finding, index) => {
    column.boxes.set([finding.x, finding.y, finding.width, finding.height], 4 * index);
    column.scores[index] = finding.score ?? Number.NaN;
    column.versions[index] = finding.version;
    column.ids.set(uuidBytes(finding.id), 16 * index);
    column.labelIndexes[index] = indexOf.get(finding.label) ?? 0;
    column.reviews[index] = REVIEW_STATES.indexOf(finding.review);
    column.flags[index] = finding.flags;
  });
  const bytes = new Uint8Array(buffer);
  bytes.set(labelBytes, column.end);
  return bytes;
}

/** Reads a tile. Throws a RangeError where the bytes are not one. */
export function decodeFindingTile(buffer: ArrayBuffer): FindingTile {
  if (buffer.byteLength < HEADER_BYTES) throw new RangeError("not a tile of findings: too short");
  const [magic, total = 0, count = 0, labelLength = 0] = new Uint32Array(buffer, 0, 4);
  if (magic !== MAGIC || buffer.byteLength !== HEADER_BYTES + 44 * count + labelLength) {
    throw new RangeError("not a tile of findings");
  }
  const { end, ...column } = columns(buffer, count);
  const labels: unknown = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, end, labelLength)));
  return { total, count, labels: Array.isArray(labels) ? labels.map(String) : [], ...column };
}

/** The id of finding `index` of a tile. */
export function tileFindingId(tile: FindingTile, index: number): string {
  let hex = "";
  for (let at = 16 * index; at < 16 * index + 16; at++) hex += (tile.ids[at] ?? 0).toString(16).padStart(2, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function uuidBytes(uuid: string): Uint8Array {
  const hex = uuid.replaceAll("-", "");
  return Uint8Array.from({ length: 16 }, (_, index) => Number.parseInt(hex.slice(2 * index, 2 * index + 2), 16));
}
