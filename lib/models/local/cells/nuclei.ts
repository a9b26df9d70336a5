import { z } from "zod";
import { type Histogram, histogramOf, quantile } from "#lib/core/raster/otsu.ts";
import { type Raster, type Rgb, raster } from "#lib/core/raster/raster.ts";
import { shrunkRgb } from "#lib/core/raster/resample.ts";
import { blurred } from "#lib/core/raster/smooth.ts";
import type { FoundCell } from "./found-cell.ts";
import { nucleiIn } from "./nucleus-parts.ts";
import { type Light, opticalDensity } from "./optical-density.ts";
import { diameterFrom } from "./usual-diameter.ts";

/** What holds for all of a section stained with haematoxylin and eosin. */
export const sectionSettingsSchema = z.object({
  /** What each channel reads where no tissue lies, 0…255. */
  light: z.tuple([z.number(), z.number(), z.number()]),
  /** Amount of haematoxylin in most of the tissue, and in its darkest nuclei. */
  ground: z.number(),
  darkest: z.number().positive(),
  /** Usual diameter of nuclei in pixels. */
  diameterPx: z.number().positive(),
});
export type SectionSettings = z.infer<typeof sectionSettingsSchema>;

/** Nuclei are looked at with at most this diameter in pixels. */
const WORKING_DIAMETER = 24;
/** Usual diameter of a nucleus in a section in µm, by which a known scale bounds the estimate (1.5 times either way). */
const NUCLEUS_MICRONS = 7;
/** There is tissue where the three densities add up to this. */
const TISSUE = 0.15;
/** A nucleus has at least this part of what the darkest have over the ground. */
const FROM_SHARE = 0.28;
/** What has more haematoxylin than this over the ground is ink, a fold or horn, and says nothing of nuclei. */
const MOST_SPAN = 1;

/**
 * How much of the optical density in red, green and blue counts for haematoxylin and for eosin: rows of the inverse of the matrix of stains
 * of Ruifrok & Johnston (2001), haematoxylin 0.65, 0.70, 0.29, eosin 0.07, 0.99, 0.11, and what neither explains 0.27, 0.57, 0.78.
 */
const HAEMATOXYLIN = [1.878, -0.0659, -0.6019] as const;
const EOSIN = [-1.0077, 1.1347, -0.4804] as const;

/** Reads from sample pictures of a section what holds for all of it. `micronsPerPixel`: null where it is not known. */
export function studySection(samples: readonly Rgb[], micronsPerPixel: number | null): SectionSettings {
  const light = lightOf(samples);
  const stained = samples.map((sample) => stainsOf(sample, light));
  const amounts = histogramOf(inTissue(stained), { from: -0.2, to: 2.2, bins: 480 });
  const ground = modeOf(amounts);
  const darkest = Math.max(ground + 0.1, quantile(amounts, 0.995));
  const expected = micronsPerPixel === null ? null : NUCLEUS_MICRONS / micronsPerPixel;
  const middle = ground + 0.45 * Math.min(MOST_SPAN, darkest - ground);
  const estimate =
    diameterFrom(
      stained.map(({ haematoxylin }) => blurred(haematoxylin, 1)),
      middle,
      { leastArea: 30, solidity: 0.88, eccentricity: 0.95 },
    ) ??
    expected ??
    20;
  const diameterPx = expected === null ? estimate : Math.min(1.5 * expected, Math.max(expected / 1.5, estimate));
  return { light, ground, darkest, diameterPx };
}

/** Finds nuclei in one picture of a section. */
export function findNuclei(picture: Rgb, settings: SectionSettings): FoundCell[] {
  const { ground, darkest, light } = settings;
  const scale = Math.min(1, WORKING_DIAMETER / settings.diameterPx);
  const [width, height] = [
    Math.max(1, Math.round(picture.width * scale)),
    Math.max(1, Math.round(picture.height * scale)),
  ];
  const diameter = settings.diameterPx * scale;
  const { haematoxylin, eosin } = stainsOf(shrunkRgb(picture, width, height), light);
  const signal = blurred(haematoxylin, 0.05 * diameter);
  const span = Math.min(MOST_SPAN, darkest - ground);
  const from = ground + FROM_SHARE * span;
  const nuclei = nucleiIn({ signal, ground, from, to: ground + 0.9 * (darkest - ground), diameter, fall: 0.5 });
  const back = { x: picture.width / width, y: picture.height / height };
  return nuclei.flatMap(({ outline, shape, inside, beside, isCut, pixels }) => {
    const contrast = (inside - beside) / span;
    const size = Math.min(1, (4 * shape.area) / (Math.PI * diameter * diameter * 0.4));
    const score = shape.solidity * Math.min(1, 0.25 + 1.5 * contrast) * (0.6 + 0.4 * size) * (isCut ? 0.95 : 1);
    const meanEosin = pixels.reduce((sum, index) => sum + (eosin.data[index] ?? 0), 0) / pixels.length;
    return {
      label: "nucleus",
      score: Math.min(1, Math.max(0.01, score)),
      outline: outline.map(([x, y]): [number, number] => [x * back.x, y * back.y]),
      measurements: {
        Eccentricity: shape.eccentricity,
        Solidity: shape.solidity,
        "Haematoxylin mean": inside,
        "Eosin mean": meanEosin,
      },
    };
  });
}

type Stained = { haematoxylin: Raster; eosin: Raster; tissue: Uint8Array };

function stainsOf(picture: Rgb, light: Light): Stained {
  const [red, green, blue] = opticalDensity(picture, light);
  const { width, height } = picture;
  const [haematoxylin, eosin, tissue] = [raster(width, height), raster(width, height), new Uint8Array(width * height)];
  for (let index = 0; index < tissue.length; index++) {
    const [r, g, b] = [red.data[index] ?? 0, green.data[index] ?? 0, blue.data[index] ?? 0];
    haematoxylin.data[index] = r * HAEMATOXYLIN[0] + g * HAEMATOXYLIN[1] + b * HAEMATOXYLIN[2];
    eosin.data[index] = r * EOSIN[0] + g * EOSIN[1] + b * EOSIN[2];
    tissue[index] = Number(r + g + b > TISSUE);
  }
  return { haematoxylin, eosin, tissue };
}

function* inTissue(stained: readonly Stained[]): Generator<number> {
  for (const { haematoxylin, tissue } of stained) {
    for (const [index, amount] of haematoxylin.data.entries()) if (tissue[index]) yield amount;
  }
}

/** Bright glass where there is some, else near white: the light of a scanner is. */
function lightOf(samples: readonly Rgb[]): SectionSettings["light"] {
  const brightest = (channel: 0 | 1 | 2): number =>
    Math.max(215, quantile(histogramOf(channelValues(samples, channel), { from: 0, to: 256 }), 0.99));
  return [brightest(0), brightest(1), brightest(2)];
}

function* channelValues(samples: readonly Rgb[], channel: 0 | 1 | 2): Generator<number> {
  for (const { data } of samples) for (let at = channel; at < data.length; at += 3) yield data[at] ?? 0;
}

/** The commonest value, of a histogram smoothed over nine bins. */
function modeOf({ from, to, counts }: Histogram): number {
  let best = { at: 0, sum: -1 };
  for (let at = 0; at < counts.length; at++) {
    let sum = 0;
    for (let beside = Math.max(0, at - 4); beside <= Math.min(counts.length - 1, at + 4); beside++)
      sum += counts[beside] ?? 0;
    if (sum > best.sum) best = { at, sum };
  }
  return from + ((best.at + 0.5) * (to - from)) / counts.length;
}
