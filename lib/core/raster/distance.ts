import type { Mask, Raster } from "./raster.ts";

/** Farther than any pixel of a picture that is processed at once. */
const FAR = 1e12;

/**
 * For every pixel of the mask the Euclidean distance of its centre to the nearest pixel centre outside, in pixels, exact (Felzenszwalb &
 * Huttenlocher 2012); 0 outside. Beyond the picture's edge nothing is outside: what the edge cuts is taken to go on.
 */
export function distanceInside({ width, height, data }: Mask): Raster {
  const squared = new Float64Array(data.length);
  for (let index = 0; index < data.length; index++) squared[index] = data[index] ? FAR : 0;
  const longest = Math.max(width, height);
  const line = new Float64Array(longest);
  const envelope = { places: new Int32Array(longest), borders: new Float64Array(longest + 1) };
  for (let x = 0; x < width; x++) lowerEnvelope(squared, { start: x, step: width, length: height }, line, envelope);
  for (let y = 0; y < height; y++) lowerEnvelope(squared, { start: y * width, step: 1, length: width }, line, envelope);
  const distances = new Float32Array(squared.length);
  for (let index = 0; index < squared.length; index++) distances[index] = Math.sqrt(squared[index] ?? 0);
  return { width, height, data: distances };
}

type Line = { start: number; step: number; length: number };

/** Replaces a line of heights by the lower envelope of the parabolas that stand on them. */
function lowerEnvelope(
  values: Float64Array,
  { start, step, length }: Line,
  line: Float64Array,
  { places, borders }: { places: Int32Array; borders: Float64Array },
): void {
  for (let at = 0; at < length; at++) line[at] = values[start + at * step] ?? 0;
  let top = 0;
  places[0] = 0;
  borders[0] = -Infinity;
  borders[1] = Infinity;
  for (let at = 1; at < length; at++) {
    let crossing = crossingOf(line, places[top] ?? 0, at);
    while (crossing <= (borders[top] ?? 0)) {
      top--;
      crossing = crossingOf(line, places[top] ?? 0, at);
    }
    top++;
    places[top] = at;
    borders[top] = crossing;
    borders[top + 1] = Infinity;
  }
  let piece = 0;
  for (let at = 0; at < length; at++) {
    while ((borders[piece + 1] ?? Infinity) < at) piece++;
    const place = places[piece] ?? 0;
    values[start + at * step] = (at - place) ** 2 + (line[place] ?? 0);
  }
}

function crossingOf(line: Float64Array, a: number, b: number): number {
  return ((line[b] ?? 0) + b * b - ((line[a] ?? 0) + a * a)) / (2 * (b - a));
}
