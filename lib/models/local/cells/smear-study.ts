import { z } from "zod";
import { fillHoles } from "#lib/core/raster/components.ts";
import { distanceInside } from "#lib/core/raster/distance.ts";
import { histogramOf, otsu, quantile } from "#lib/core/raster/otsu.ts";
import { atLeast, type Raster, type Rgb } from "#lib/core/raster/raster.ts";
import { shrunkRgb } from "#lib/core/raster/resample.ts";
import { blurred } from "#lib/core/raster/smooth.ts";
import { watershed } from "#lib/core/raster/watershed.ts";
import { opticalDensity } from "./optical-density.ts";
import { roundCells } from "./round-cells.ts";
import { middleDiameter } from "./usual-diameter.ts";

/** What holds for all of a smear, and is therefore read from all of it and not from a tile. */
export const smearSettingsSchema = z.object({
  /** What each channel reads where nothing lies, 0…255. */
  light: z.tuple([z.number(), z.number(), z.number()]),
  /** Optical density in green from which on there is something, and that of red cells. */
  cellFrom: z.number(),
  redCell: z.number().positive(),
  /** Diameter of red cells in pixels. */
  diameterPx: z.number().positive(),
});
export type SmearSettings = z.infer<typeof smearSettingsSchema>;

/** The diameter of a red cell in µm (7.2–7.9; Diez-Silva et al. 2010). */
const RED_CELL_MICRONS = 7.5;
/** How far from it, where the scale is known, the estimate may lie. */
const SCALE_TRUST = 1.4;
/** Diameters from about half to twice the first guess are tried, each so much larger than the one before. */
const TRIAL_STEP = 1.12;
/** Cells are looked at with this diameter in pixels meanwhile: enough to count them. */
const TRIAL_DIAMETER = 28;

/** Reads from sample pictures of a smear what holds for all of it. `micronsPerPixel`: null where it is not known. */
export function studySmear(samples: readonly Rgb[], micronsPerPixel: number | null): SmearSettings {
  const light = lightOf(samples);
  const densities = samples.map((sample) => blurred(opticalDensity(sample, light)[1], 1));
  const cellFrom = Math.max(0.03, otsu(histogramOf(valuesOf(densities), { from: -0.1, to: 0.6 })).threshold * 0.8);
  const redCell = quantile(histogramOf(valuesOf(densities, cellFrom), { from: 0, to: 0.6 }), 0.4);
  const found = { light, cellFrom, redCell };
  const expected = micronsPerPixel === null ? null : RED_CELL_MICRONS / micronsPerPixel;
  const guess = expected ?? firstGuess(densities, cellFrom);
  const diameterPx = triedDiameter(samples, { ...found, diameterPx: guess });
  const bounded =
    expected === null ? diameterPx : Math.min(expected * SCALE_TRUST, Math.max(expected / SCALE_TRUST, diameterPx));
  return { ...found, diameterPx: bounded };
}

function* valuesOf(planes: readonly Raster[], least = -Infinity): Generator<number> {
  for (const { data } of planes) for (const value of data) if (value >= least) yield value;
}

/** The brighter part of the pictures, by its middle in each channel. */
function lightOf(samples: readonly Rgb[]): SmearSettings["light"] {
  const { threshold } = otsu(histogramOf(brightOf(samples, 1, 0), { from: 0, to: 256 }));
  const middleOf = (channel: 0 | 1 | 2): number =>
    quantile(histogramOf(brightOf(samples, channel, threshold), { from: 0, to: 256 }), 0.6);
  return [middleOf(0), middleOf(1), middleOf(2)];
}

/** One channel of the pixels whose green is at least `threshold`. */
function* brightOf(samples: readonly Rgb[], channel: 0 | 1 | 2, threshold: number): Generator<number> {
  for (const { data } of samples) {
    for (let at = 0; at < data.length; at += 3) if ((data[at + 1] ?? 0) >= threshold) yield data[at + channel] ?? 0;
  }
}

/** The middle diameter of what looks round when parted at its necks, else a part of the picture. */
function firstGuess(densities: readonly Raster[], cellFrom: number): number {
  const parts = densities.map((density) => {
    const mask = fillHoles(atLeast(density, cellFrom), (hole) => hole.area < 0.01 * density.data.length);
    return watershed(blurred(distanceInside(mask), 1), (lower, saddle) => lower - saddle < 0.15 * lower);
  });
  const smallest = Math.min(...densities.map(({ width, height }) => Math.min(width, height)));
  return middleDiameter(parts, { leastArea: 100, solidity: 0.9, eccentricity: 0.8 }) ?? 0.15 * smallest;
}

/** Trials go on beyond the first range while one of the last so many at its end is the best. */
const STILL_RISING = 4;
/** No cell is larger than this part of a picture's shorter side. */
const LARGEST = 0.5;

/**
 * The diameter with which the most, largest and clearest cells are found: the mean over all trials, the best counting most. A first guess
 * that saw clumps or specks is left behind as long as larger cells turn out better.
 */
function triedDiameter(samples: readonly Rgb[], guess: SmearSettings): number {
  const trials: { log: number; worth: number }[] = [];
  const largest = LARGEST * Math.min(...samples.map(({ width, height }) => Math.min(width, height)));
  const isRising = (): boolean => {
    const best = Math.max(0, ...trials.map(({ worth }) => worth));
    return best > 0 && trials.slice(-STILL_RISING).some(({ worth }) => worth === best);
  };
  for (let factor = 0.5; factor < 1.8 || (guess.diameterPx * factor < largest && isRising()); factor *= TRIAL_STEP) {
    const diameter = guess.diameterPx * factor;
    const cells = samples.flatMap((sample) => trialCells(sample, guess, diameter));
    const whole = cells
      .filter(({ seen }) => seen > 0.95)
      .map((cell) => cell.diameter)
      .sort((a, b) => a - b);
    const middle = whole[whole.length >> 1];
    if (middle === undefined) continue;
    const worth = cells.reduce((sum, cell) => sum + (cell.score - 0.3) * cell.diameter ** 1.25, 0);
    trials.push({ log: Math.log(middle * diameter) / 2, worth });
  }
  const most = Math.max(...trials.map(({ worth }) => worth));
  const weights = trials.map(({ worth }) => (worth / most) ** 8);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total === 0) return guess.diameterPx;
  return Math.exp(trials.reduce((sum, { log }, at) => sum + log * (weights[at] ?? 0), 0) / total);
}

function trialCells(sample: Rgb, { light, cellFrom, redCell }: SmearSettings, diameter: number) {
  const scale = Math.min(1, TRIAL_DIAMETER / diameter);
  const small = shrunkRgb(
    sample,
    Math.max(1, Math.round(sample.width * scale)),
    Math.max(1, Math.round(sample.height * scale)),
  );
  const density = blurred(opticalDensity(small, light)[1], 0.6);
  const stained = atLeast(density, cellFrom);
  const cells = roundCells({ density, stained, fullDensity: redCell, diameter: diameter * scale, taken: () => false });
  return cells
    .filter(({ score }) => score > 0.4)
    .map(({ meanRadius, score, seen }) => ({ diameter: (2 * meanRadius) / scale, score, seen }));
}
