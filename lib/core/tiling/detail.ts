import type { PageOverview } from "./background.ts";

/** Side of the squares of an overview that are looked at, in its pixels. */
const CELL = 16;
/** From this mean difference of neighbouring pixels on (green, 0…255), a square holds something: noise and soft light stay below. */
const LEAST_CHANGE = 6;

/** How much there is to see in a page, 0…1: the part of its overview's squares that hold more than an even ground. */
export function detailOf({ data, width, height }: PageOverview): number {
  let [cells, busy] = [0, 0];
  for (let top = 0; top < height; top += CELL) {
    for (let left = 0; left < width; left += CELL) {
      cells++;
      if (changeIn(left, top) >= LEAST_CHANGE) busy++;
    }
  }
  return busy / Math.max(1, cells);

  /** Mean difference of a square's pixels to those right of and below them. */
  function changeIn(left: number, top: number): number {
    let [sum, count] = [0, 0];
    for (let y = top; y < Math.min(top + CELL, height - 1); y++) {
      for (let x = left; x < Math.min(left + CELL, width - 1); x++) {
        const here = green(x, y);
        sum += Math.abs(green(x + 1, y) - here) + Math.abs(green(x, y + 1) - here);
        count += 2;
      }
    }
    return count === 0 ? 0 : sum / count;
  }

  function green(x: number, y: number): number {
    return data[(y * width + x) * 3 + 1] ?? 0;
  }
}
