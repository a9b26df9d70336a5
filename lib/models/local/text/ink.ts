import { weightedMedian } from "#lib/core/weighted-median.ts";
import { type Grey, shrink } from "./grey.ts";

/** Layout is looked for on a copy whose longer side is at most this: letters of usual print are still 5 pixels high. */
const ANALYSIS_SIDE = 1600;
/** Ink is darker than its surroundings by this part of their mean. */
const DARKER = 0.18;
/** Side of the surroundings as a part of the longer side of the copy. */
const SURROUNDINGS = 1 / 24;
/** The smallest and largest marks that may be letters: pixels of the copy, and a part of its longer side. */
const SMALLEST_PX = 3;
const LARGEST_SHARE = 0.25;
/** Letters are of about one size: marks beyond this many times the middle one, or below its inverse, are specks, rules or pictures. */
const SIZE_SPREAD = 4;

/** A connected mark of ink: its bounds in pixels of the copy, right and bottom exclusive, and how many pixels it has. */
type Mark = { left: number; top: number; right: number; bottom: number; pixels: number };

/** What looks like letters: their marks and pixels (x, y alternating) on a copy that is `factor` times smaller. */
export type Letters = { marks: Mark[]; points: Int16Array; factor: number; width: number; height: number };

/** Finds marks of the size of letters, dark on light or light on dark, whatever their direction. */
export function findLetters(picture: Grey): Letters {
  const factor = Math.ceil(Math.max(picture.width, picture.height) / ANALYSIS_SIDE);
  const copy = shrink(picture, factor);
  const ink = inkOf(copy);
  const { names, marks } = connect(ink, copy.width, copy.height);
  const kept = letterSized(marks, Math.max(copy.width, copy.height));
  const points: number[] = [];
  for (let at = 0; at < names.length; at++) {
    const name = names[at] ?? 0;
    if (name > 0 && kept.has(name)) points.push(at % copy.width, Math.floor(at / copy.width));
  }
  const letters = marks.filter((_, index) => kept.has(index + 1));
  return { marks: letters, points: Int16Array.from(points), factor, width: copy.width, height: copy.height };
}

/** 1 where a pixel is darker than the mean around it; of a dark page, where it is lighter. */
function inkOf({ data, width, height }: Grey): Uint8Array {
  const sums = new Float64Array((width + 1) * (height + 1));
  for (let y = 0; y < height; y++) {
    let row = 0;
    for (let x = 0; x < width; x++) {
      row += data[y * width + x] ?? 0;
      sums[(y + 1) * (width + 1) + x + 1] = row + (sums[y * (width + 1) + x + 1] ?? 0);
    }
  }
  const total = sums.at(-1) ?? 0;
  const dark = total / Math.max(1, width * height) < 110;
  const reach = Math.max(4, Math.round((Math.max(width, height) * SURROUNDINGS) / 2));
  const ink = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const top = Math.max(0, y - reach) * (width + 1);
    const bottom = Math.min(height, y + reach + 1) * (width + 1);
    const rows = (bottom - top) / (width + 1);
    for (let x = 0; x < width; x++) {
      const left = Math.max(0, x - reach);
      const right = Math.min(width, x + reach + 1);
      const sum =
        (sums[bottom + right] ?? 0) - (sums[top + right] ?? 0) - (sums[bottom + left] ?? 0) + (sums[top + left] ?? 0);
      const mean = sum / (rows * (right - left));
      const value = data[y * width + x] ?? 0;
      const isInk = dark ? 255 - value < (255 - mean) * (1 - DARKER) : value < mean * (1 - DARKER);
      ink[y * width + x] = isInk ? 1 : 0;
    }
  }
  return ink;
}

/** Numbers the 8-connected marks from 1 on, 0 is paper. */
function connect(ink: Uint8Array, width: number, height: number): { names: Int32Array; marks: Mark[] } {
  const names = new Int32Array(ink.length);
  const marks: Mark[] = [];
  const stack: number[] = [];
  for (let start = 0; start < ink.length; start++) {
    if (ink[start] !== 1 || names[start] !== 0) continue;
    const mark: Mark = { left: width, top: height, right: 0, bottom: 0, pixels: 0 };
    const name = marks.push(mark);
    names[start] = name;
    stack.push(start);
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      const x = at % width;
      const y = (at - x) / width;
      mark.pixels += 1;
      mark.left = Math.min(mark.left, x);
      mark.right = Math.max(mark.right, x + 1);
      mark.top = Math.min(mark.top, y);
      mark.bottom = Math.max(mark.bottom, y + 1);
      for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
        for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
          const next = ny * width + nx;
          if (ink[next] !== 1 || names[next] !== 0) continue;
          names[next] = name;
          stack.push(next);
        }
      }
    }
  }
  return { names, marks };
}

/** Names of the marks that may be letters. */
function letterSized(marks: readonly Mark[], longerSide: number): Set<number> {
  const possible = marks.flatMap((mark, index) => {
    const size = sizeOf(mark);
    return size >= SMALLEST_PX && size <= longerSide * LARGEST_SHARE ? [{ name: index + 1, size, mark }] : [];
  });
  const middle = weightedMedian(possible.map(({ size, mark }) => ({ value: size, weight: mark.pixels })));
  return new Set(
    possible.filter(({ size }) => size <= middle * SIZE_SPREAD && size >= middle / SIZE_SPREAD).map(({ name }) => name),
  );
}

function sizeOf(mark: Mark): number {
  return Math.max(mark.right - mark.left, mark.bottom - mark.top);
}
