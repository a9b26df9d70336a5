/**
 * What the tiles of a run said of one page, before it is merged; binary, little-endian, in order of tile and position in its reply. Numbers
 * are as wide as the merge on the server sees them, so that a merge in the page comes to the same groups.
 *
 * | bytes  | what                                                            |
 * |--------|-----------------------------------------------------------------|
 * | 16     | "TRD1", then as Uint32: count, bytes of labels, 0               |
 * | 32 × n | Float64 x, y, width, height in level-0 pixels                   |
 * | 8 × n  | Float64 score                                                   |
 * | 4 × n  | Uint32 tile                                                     |
 * | 4 × n  | Uint32 index into the labels                                    |
 * | rest   | labels: a JSON array, UTF-8                                     |
 */
const MAGIC = 0x31445254;
const HEADER_BYTES = 16;
const DETECTION_BYTES = 48;

export type RawDetections = {
  count: number;
  labels: readonly string[];
  /** x, y, width, height of detection i at 4·i. */
  boxes: Float64Array;
  scores: Float64Array;
  tiles: Uint32Array;
  labelIndexes: Uint32Array;
};

type Raw = { box: readonly [number, number, number, number]; score: number; label: string; tile: number };

function columnsOf(buffer: ArrayBuffer, count: number) {
  let offset = HEADER_BYTES;
  const take = (bytes: number): number => {
    offset += bytes;
    return offset - bytes;
  };
  return {
    boxes: new Float64Array(buffer, take(32 * count), 4 * count),
    scores: new Float64Array(buffer, take(8 * count), count),
    tiles: new Uint32Array(buffer, take(4 * count), count),
    labelIndexes: new Uint32Array(buffer, take(4 * count), count),
  };
}

/** Writes raw detections. */
export function encodeRawDetections(detections: readonly Raw[]): Uint8Array<ArrayBuffer> {
  const labels = [...new Set(detections.map(({ label }) => label))];
  const indexOf = new Map(labels.map((label, index) => [label, index]));
  const written = new TextEncoder().encode(JSON.stringify(labels));
  const labelsAt = HEADER_BYTES + DETECTION_BYTES * detections.length;
  const bytes = new Uint8Array(labelsAt + written.byteLength);
  new Uint32Array(bytes.buffer, 0, 4).set([MAGIC, detections.length, written.byteLength, 0]);
  const columns = columnsOf(bytes.buffer, detections.length);
  for (const [index, { box, score, label, tile }] of detections.entries()) {
    columns.boxes.set(box, 4 * index);
    columns.scores[index] = score;
    columns.tiles[index] = tile;
    columns.labelIndexes[index] = indexOf.get(label) ?? 0;
  }
  bytes.set(written, labelsAt);
  return bytes;
}

/** Reads raw detections. Throws a RangeError where the bytes are none. */
export function decodeRawDetections(buffer: ArrayBuffer): RawDetections {
  if (buffer.byteLength < HEADER_BYTES) throw new RangeError("not raw detections: too short");
  const [magic, count = 0, labelBytes = 0] = new Uint32Array(buffer, 0, 4);
  const labelsAt = HEADER_BYTES + DETECTION_BYTES * count;
  if (magic !== MAGIC || buffer.byteLength !== labelsAt + labelBytes) throw new RangeError("not raw detections");
  const labels: unknown = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, labelsAt)));
  return { count, labels: Array.isArray(labels) ? labels.map(String) : [], ...columnsOf(buffer, count) };
}
