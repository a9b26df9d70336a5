import type { Finding } from "../detection/finding.ts";
import type { Position } from "../geometry/shape.ts";

/** A word on a page: a finding with a text. Box and shape in level-0 pixels; a shape's ring begins where the word does, at the top. */
export type Word = Pick<Finding, "box" | "geometry"> & {
  readonly id?: string | undefined;
  readonly text: string;
  readonly score: number | null;
};

/** Corners of a word in the sense of reading: begin and end of its top, end and begin of its bottom. */
export function cornersOf({ box: [x, y, width, height], geometry }: Pick<Word, "box" | "geometry">): Position[] {
  const ring = geometry?.type === "Polygon" ? geometry.coordinates[0] : undefined;
  if (ring && (ring.length === 4 || ring.length === 5)) return ring.slice(0, 4);
  return [
    [x, y],
    [x + width, y],
    [x + width, y + height],
    [x, y + height],
  ];
}

/** Direction of reading in degrees, clockwise from the x axis, −180 < angle ≤ 180. */
export function directionOf(word: Pick<Word, "box" | "geometry">): number {
  const [[x0, y0] = [0, 0], [x1, y1] = [1, 0]] = cornersOf(word);
  return (Math.atan2(y1 - y0, x1 - x0) * 180) / Math.PI;
}

/** The smallest box, in level-0 pixels, that holds words. */
export function boundsOfWords(words: readonly Word[]): Word["box"] {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of words.flatMap(cornersOf)) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x);
    bottom = Math.max(bottom, y);
  }
  return [left, top, right - left, bottom - top];
}
