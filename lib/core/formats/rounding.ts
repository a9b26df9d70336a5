import type { CarriedFinding } from "./format.ts";

/** A millionth of a pixel is finer than anything measured, and survives `x + width − width` without noise. */
export function roundPixel(value: number): number {
  return roundTo(value, 1e6);
}

/** A box with its numbers rounded as `roundPixel` does. Rounded before anything is derived from it, so that reading it back agrees. */
export function roundBox([x, y, width, height]: CarriedFinding["box"]): CarriedFinding["box"] {
  return [roundPixel(x), roundPixel(y), roundPixel(width), roundPixel(height)];
}

/** Scores are stored in single precision: six places are what they hold. */
export function roundScore(value: number): number {
  return roundTo(value, 1e6);
}

/** A billionth of a degree is a tenth of a millimetre. */
export function roundDegree(value: number): number {
  return roundTo(value, 1e9);
}

function roundTo(value: number, steps: number): number {
  const rounded = Math.round(value * steps) / steps;
  return rounded === 0 ? 0 : rounded;
}
