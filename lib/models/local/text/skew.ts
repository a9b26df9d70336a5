import { weightedMedian } from "#lib/core/weighted-median.ts";
import type { Letters } from "./ink.ts";

/**
 * Directions are tried first coarsely over all there are, then ever finer around the best: steps in degrees, how high the bands are in
 * which pixels pile up (in sizes of a letter), and how many pixels are looked at, at most.
 */
const ROUNDS = [
  { step: 0.5, band: 0.35, points: 12_000 },
  { step: 0.1, band: 0.15, points: 30_000 },
  { step: 0.02, band: 0.1, points: 60_000 },
];
/** A page that lies straighter than this is taken for straight: turning it would only blur it. */
const STRAIGHT = 0.08;

/**
 * In which direction lines of text run, in degrees clockwise from the picture's x axis: −45 ≤ angle < 135. Which of the two ways along
 * it one reads does not show in the shape of lines. The pixels of letters, projected along the lines, pile up in sharp bands (Postl).
 */
export function lineAngle(letters: Letters): number {
  if (letters.points.length < 40) return 0;
  const letter = weightedMedian(
    letters.marks.map(({ left, top, right, bottom, pixels }) => ({
      value: Math.max(right - left, bottom - top),
      weight: pixels,
    })),
  );
  let [from, to, angle] = [-45, 134.5, 0];
  for (const { step, band, points } of ROUNDS) {
    const sample = sampled(letters.points, points);
    let best = -1;
    for (let tried = from; tried <= to + step / 2; tried += step) {
      const sharpness = sharpnessAt(sample, tried, Math.max(1, letter * band));
      if (sharpness <= best) continue;
      best = sharpness;
      angle = tried;
    }
    [from, to] = [angle - step, angle + step];
  }
  const straight = Math.round(angle / 90) * 90;
  return Math.abs(angle - straight) < STRAIGHT ? straight : angle;
}

/** Height of letters across lines of that angle, in pixels of the whole picture; 0 where there are none. */
export function letterHeight({ marks, factor }: Letters, angle: number): number {
  const turned = Math.abs(Math.sin((angle * Math.PI) / 180)) > Math.SQRT1_2;
  const heights = marks.map((mark) => ({
    value: turned ? mark.right - mark.left : mark.bottom - mark.top,
    weight: mark.pixels,
  }));
  return weightedMedian(heights) * factor;
}

function sampled(points: Int16Array, most: number): Int16Array {
  const count = points.length / 2;
  const step = Math.ceil(count / most);
  if (step === 1) return points;
  const sample = new Int16Array(Math.ceil(count / step) * 2);
  for (let index = 0, at = 0; index < count; index += step, at += 2) {
    sample[at] = points[2 * index] ?? 0;
    sample[at + 1] = points[2 * index + 1] ?? 0;
  }
  return sample;
}

/** How much the number of pixels changes from band to band, bands `height` pixels high and along `angle`. */
function sharpnessAt(points: Int16Array, angle: number, height: number): number {
  const radians = (angle * Math.PI) / 180;
  const cosine = Math.cos(radians) / height;
  const sine = Math.sin(radians) / height;
  let [lowest, highest] = [Infinity, -Infinity];
  const across = new Float32Array(points.length / 2);
  for (let index = 0; index < across.length; index++) {
    const value = (points[2 * index + 1] ?? 0) * cosine - (points[2 * index] ?? 0) * sine;
    across[index] = value;
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
  }
  // Each pixel is shared between two bands: whole pixels would beat in step with the angle, most of all at the straight ones.
  const bands = new Float32Array(Math.ceil(highest - lowest) + 3);
  for (const value of across) {
    const place = value - lowest;
    const band = Math.floor(place);
    const share = place - band;
    bands[band] = (bands[band] ?? 0) + 1 - share;
    bands[band + 1] = (bands[band + 1] ?? 0) + share;
  }
  let sharpness = 0;
  for (let band = 1; band < bands.length; band++) sharpness += ((bands[band] ?? 0) - (bands[band - 1] ?? 0)) ** 2;
  return sharpness;
}
