import { weightedMedian } from "../weighted-median.ts";
import { cornersOf, directionOf, type Word } from "./word.ts";

/** A word as it lies once its page is turned so that lines run to the right: `left`…`bottom` in pixels of the turned page. */
export type UprightWord = { word: Word; left: number; top: number; right: number; bottom: number };

/** Words of about one direction: that angle in degrees, and where they lie once it is taken away. */
export type Direction = { angle: number; words: UprightWord[] };

/** Words that differ less from each other, in degrees, belong together. */
const TOLERANCE = 20;

/** Groups words by their direction, the one with the most letters first. */
export function byDirection(words: readonly Word[]): Direction[] {
  const rest = words.map((word) => ({ word, angle: directionOf(word), length: word.text.length }));
  const directions: Direction[] = [];
  while (rest.length > 0) {
    const centre = busiestAngle(rest);
    const members = takeNear(rest, centre);
    // Offsets from the centre, so that −179° and 179° are two degrees apart.
    const offset = weightedMedian(
      members.map(({ angle, length }) => ({ value: difference(angle, centre), weight: length })),
    );
    const angle = centre + offset;
    directions.push({ angle, words: members.map(({ word }) => turned(word, angle)) });
  }
  return directions;
}

type Entry = { word: Word; angle: number; length: number };

/** The angle, in steps of ten degrees, around which there are most letters. */
function busiestAngle(entries: readonly Entry[]): number {
  const bins = new Float64Array(36);
  for (const { angle, length } of entries) {
    const bin = Math.round((angle + 360) / 10) % 36;
    bins[bin] = (bins[bin] ?? 0) + length;
  }
  const around = Array.from(
    bins,
    (own, bin) => own * 1.001 + (bins[(bin + 1) % 36] ?? 0) + (bins[(bin + 35) % 36] ?? 0),
  );
  const best = around.indexOf(Math.max(...around)) * 10;
  return best > 180 ? best - 360 : best;
}

function takeNear(entries: Entry[], centre: number): Entry[] {
  const near = entries.filter(({ angle }) => Math.abs(difference(angle, centre)) < TOLERANCE);
  // Whatever lies between two directions goes with the first: nothing is left out.
  const members = near.length > 0 ? near : [...entries];
  const left = entries.filter((entry) => !members.includes(entry));
  entries.splice(0, entries.length, ...left);
  return members;
}

function difference(a: number, b: number): number {
  return ((((a - b + 180) % 360) + 360) % 360) - 180;
}

function turned(word: Word, angle: number): UprightWord {
  const radians = (angle * Math.PI) / 180;
  const [cosine, sine] = [Math.cos(radians), Math.sin(radians)];
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of cornersOf(word)) {
    const [u, v] = [x * cosine + y * sine, y * cosine - x * sine];
    left = Math.min(left, u);
    right = Math.max(right, u);
    top = Math.min(top, v);
    bottom = Math.max(bottom, v);
  }
  return { word, left, top, right, bottom };
}
