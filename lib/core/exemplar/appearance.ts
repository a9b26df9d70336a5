import { z } from "zod";
import { type CellGrid, CHANNELS } from "./channel-sums.ts";
import { addSums, type FitRow, fitSums, solveRidge, weightOf } from "./ridge.ts";

/** How cells look: their channels in units of how much they vary in the picture, and how much like the inside of an example. */
export const PLANES = CHANNELS + 1;

/** What cells are described by; read from a picture and its examples once. */
export const appearanceSchema = z.object({
  mean: z.array(z.number()).length(CHANNELS),
  deviation: z.array(z.number()).length(CHANNELS),
  /** Coefficients of the likeness to the inside of an example, the constant last. */
  likeness: z.array(z.number()),
});
export type Appearance = z.infer<typeof appearanceSchema>;

/** A cell is judged by itself and by the mean of the nine cells around it. */
const NEARBY = 2 * CHANNELS;
const LIKENESS_FEATURES = NEARBY + (NEARBY * (NEARBY + 1)) / 2;
const LIKENESS_PENALTY = 0.05;
/** Beyond so many deviations, one is as odd as another. */
const MOST_DEVIATIONS = 3;
/** Means of nine cells vary less. */
const NEARBY_GAIN = 1.3;
/** The likeness counts as much as a channel that varies by so much. */
const LIKENESS_GAIN = 1.5;

/** Cells of grids, by grid and place. */
export type CellChoice = { grid: CellGrid; places: readonly number[] };

/** Learns how cells look: `inside` are cells of examples, `elsewhere` those of the picture around them. */
export function learnAppearance(inside: readonly CellChoice[], elsewhere: readonly CellChoice[]): Appearance {
  const mean = new Array<number>(CHANNELS).fill(0);
  const squares = new Array<number>(CHANNELS).fill(0);
  let count = 0;
  for (const { grid, places } of elsewhere) {
    count += places.length;
    for (const place of places) {
      for (let channel = 0; channel < CHANNELS; channel++) {
        const value = grid.values[place * CHANNELS + channel] ?? 0;
        mean[channel] = (mean[channel] ?? 0) + value;
        squares[channel] = (squares[channel] ?? 0) + value * value;
      }
    }
  }
  const means = mean.map((sum) => sum / Math.max(1, count));
  const deviation = squares.map((sum, at) =>
    Math.sqrt(Math.max(1e-9, sum / Math.max(1, count) - (means[at] ?? 0) ** 2)),
  );
  const scale = { mean: means, deviation, likeness: [] };
  const like = fitSums(LIKENESS_FEATURES, 1, rowsOf(inside, scale, 1));
  const unlike = fitSums(LIKENESS_FEATURES, 1, rowsOf(elsewhere, scale, -1));
  const both = fitSums(LIKENESS_FEATURES, 1, []);
  for (const sums of [like, unlike]) addSums(both, sums, 1 / Math.max(1, weightOf(sums)));
  const [likeness = new Float64Array()] = solveRidge(both, LIKENESS_PENALTY);
  return { ...scale, likeness: Array.from(likeness) };
}

function* rowsOf(choices: readonly CellChoice[], scale: Appearance, target: 1 | -1): Generator<FitRow> {
  const features = new Float32Array(LIKENESS_FEATURES);
  const nearby = new Float64Array(NEARBY);
  for (const { grid, places } of choices) {
    for (const place of places) {
      readNearby(grid, place, scale, nearby);
      expand(nearby, features);
      yield { features, targets: [target], weight: 1 };
    }
  }
}

/** The planes of all cells of a grid, cell after cell. */
export function describeCells(grid: CellGrid, appearance: Appearance): Float32Array {
  const { mean, deviation, likeness } = appearance;
  const count = grid.columns * grid.rows;
  const planes = new Float32Array(count * PLANES);
  const weights = Float64Array.from(likeness);
  const nearby = new Float64Array(NEARBY);
  const features = new Float32Array(LIKENESS_FEATURES);
  for (let place = 0; place < count; place++) {
    for (let channel = 0; channel < CHANNELS; channel++) {
      planes[place * PLANES + channel] =
        ((grid.values[place * CHANNELS + channel] ?? 0) - (mean[channel] ?? 0)) / (deviation[channel] ?? 1);
    }
    readNearby(grid, place, appearance, nearby);
    expand(nearby, features);
    let sum = weights[LIKENESS_FEATURES] ?? 0;
    for (let at = 0; at < LIKENESS_FEATURES; at++) sum += (weights[at] ?? 0) * (features[at] ?? 0);
    planes[place * PLANES + CHANNELS] = LIKENESS_GAIN * Math.max(-LIKENESS_GAIN, Math.min(LIKENESS_GAIN, sum));
  }
  return planes;
}

function readNearby({ columns, rows, values }: CellGrid, place: number, scale: Appearance, into: Float64Array): void {
  const x = place % columns;
  const y = (place - x) / columns;
  const xs = [Math.max(0, x - 1), x, Math.min(columns - 1, x + 1)];
  const ys = [Math.max(0, y - 1), y, Math.min(rows - 1, y + 1)];
  for (let channel = 0; channel < CHANNELS; channel++) {
    let sum = 0;
    for (const row of ys) for (const column of xs) sum += values[(row * columns + column) * CHANNELS + channel] ?? 0;
    const [mean, deviation] = [scale.mean[channel] ?? 0, scale.deviation[channel] ?? 1];
    into[channel] = bounded(((values[place * CHANNELS + channel] ?? 0) - mean) / deviation);
    into[CHANNELS + channel] = bounded((NEARBY_GAIN * (sum / 9 - mean)) / deviation);
  }
}

function bounded(deviations: number): number {
  return Math.max(-MOST_DEVIATIONS, Math.min(MOST_DEVIATIONS, deviations));
}

/** What is nearby, and the product of each two of it. */
function expand(nearby: Float64Array, into: Float32Array): void {
  let at = 0;
  for (const value of nearby) into[at++] = value;
  for (let i = 0; i < NEARBY; i++) for (let j = i; j < NEARBY; j++) into[at++] = (nearby[i] ?? 0) * (nearby[j] ?? 0);
}
