/** What a merge needs of a detection: box `[x, y, width, height]` in level-0 pixels, score, label. */
export type MergeInput = {
  readonly box: readonly [x: number, y: number, width: number, height: number];
  readonly score: number;
  readonly label: string;
};

/**
 * Detections in columns, sorted into the order in which merging treats them: score descending, ties by x1, y1, x2, y2 ascending,
 * then by place in the input. A rank is an index into these columns; `original[rank]` the place in the input.
 */
export type RankedBoxes = {
  readonly count: number;
  readonly original: Uint32Array;
  readonly x1: Float64Array;
  readonly y1: Float64Array;
  readonly x2: Float64Array;
  readonly y2: Float64Array;
  readonly area: Float64Array;
  readonly score: Float64Array;
  /** Labels by number, in order of first appearance in the input. */
  readonly label: Uint32Array;
  readonly labelCount: number;
};

/** Sorts detections into columns. O(n log n). */
export function rankBoxes(detections: readonly MergeInput[]): RankedBoxes {
  const input = columnsOf(detections);
  const original = Uint32Array.from(detections, (_, index) => index);
  original.sort((a, b) => compare(input, a, b));
  const take = (column: Float64Array) => Float64Array.from(original, (index) => column[index] ?? 0);
  return {
    count: detections.length,
    original,
    x1: take(input.x1),
    y1: take(input.y1),
    x2: take(input.x2),
    y2: take(input.y2),
    area: take(input.area),
    score: take(input.score),
    label: Uint32Array.from(original, (index) => input.label[index] ?? 0),
    labelCount: input.labelCount,
  };
}

type Columns = Omit<RankedBoxes, "original">;

function columnsOf(detections: readonly MergeInput[]): Columns {
  const count = detections.length;
  const [x1, y1, x2, y2] = [floats(count), floats(count), floats(count), floats(count)];
  const [area, score] = [floats(count), floats(count)];
  const label = new Uint32Array(count);
  const numbers = new Map<string, number>();
  for (const [index, detection] of detections.entries()) {
    const [x, y, width, height] = detection.box;
    x1[index] = x;
    y1[index] = y;
    x2[index] = x + width;
    y2[index] = y + height;
    // From the corners, as overlaps are: a box then never overlaps itself by more than all of it.
    area[index] = (x + width - x) * (y + height - y);
    score[index] = detection.score;
    const number = numbers.get(detection.label) ?? numbers.size;
    numbers.set(detection.label, number);
    label[index] = number;
  }
  return { count, x1, y1, x2, y2, area, score, label, labelCount: numbers.size };
}

function floats(count: number): Float64Array {
  return new Float64Array(count);
}

function compare(columns: Columns, a: number, b: number): number {
  const { score, x1, y1, x2, y2 } = columns;
  return (
    difference(score, b, a) ||
    difference(x1, a, b) ||
    difference(y1, a, b) ||
    difference(x2, a, b) ||
    difference(y2, a, b) ||
    a - b
  );
}

function difference(column: Float64Array, a: number, b: number): number {
  return (column[a] ?? 0) - (column[b] ?? 0);
}
