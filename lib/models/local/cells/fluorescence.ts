import { z } from "zod";
import { histogramOf, otsu, quantile } from "#lib/core/raster/otsu.ts";
import { type Raster, type Rgb, raster } from "#lib/core/raster/raster.ts";
import { shrunkRgb } from "#lib/core/raster/resample.ts";
import { blurred } from "#lib/core/raster/smooth.ts";
import type { FoundCell } from "./found-cell.ts";
import { nucleiIn } from "./nucleus-parts.ts";
import { diameterFrom } from "./usual-diameter.ts";

/** What holds for all of a fluorescence picture. */
export const glowSettingsSchema = z.object({
  /** Nuclei are dark on a bright ground. */
  isInverted: z.boolean(),
  /** Brightness, 0…255, of the ground, that from which on something glows, and what nearly all is darker than. */
  ground: z.number(),
  from: z.number().positive(),
  brightest: z.number().positive(),
  /** Usual diameter of nuclei in pixels. */
  diameterPx: z.number().positive(),
});
export type GlowSettings = z.infer<typeof glowSettingsSchema>;

/** Nuclei are looked at with at most this diameter in pixels. */
const WORKING_DIAMETER = 32;
/** Usual diameter of a mammalian nucleus in µm, by which a known scale bounds the estimate (three times either way). */
const NUCLEUS_MICRONS = 10;

/** Reads from sample pictures what holds for all. `micronsPerPixel`: null where it is not known. */
export function studyGlow(samples: readonly Rgb[], micronsPerPixel: number | null): GlowSettings {
  const plain = histogramOf(valuesOf(samples.map((sample) => glowOf(sample, false))), { from: 0, to: 256 });
  // Nuclei fill less than half of what is seen, so that the middle belongs to the ground.
  const isInverted = quantile(plain, 0.5) > (quantile(plain, 0.005) + quantile(plain, 0.995)) / 2;
  const glows = samples.map((sample) => blurred(glowOf(sample, isInverted), 1));
  const logs = histogramOf(logsOf(glows), { from: 0, to: Math.log(257) });
  const from = Math.max(2, Math.exp(otsu(logs).threshold) - 1);
  const dark = histogramOf(valuesOf(glows, 0, from), { from: 0, to: 256 });
  const bright = histogramOf(valuesOf(glows, from), { from: 0, to: 256 });
  const ground = quantile(dark, 0.5);
  const expected = micronsPerPixel === null ? null : NUCLEUS_MICRONS / micronsPerPixel;
  const estimate = diameterFrom(glows, from, { leastArea: 20, solidity: 0.9, eccentricity: 1 }) ?? expected ?? 24;
  const diameterPx = expected === null ? estimate : Math.min(3 * expected, Math.max(expected / 3, estimate));
  return { isInverted, ground, from, brightest: quantile(bright, 0.98), diameterPx };
}

/** How bright a pixel is in its brightest channel: a stain of any colour. */
function glowOf({ width, height, data }: Rgb, isInverted: boolean): Raster {
  const plane = raster(width, height);
  for (let index = 0; index < plane.data.length; index++) {
    const at = index * 3;
    const [red, green, blue] = [data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0];
    plane.data[index] = isInverted ? 255 - Math.min(red, green, blue) : Math.max(red, green, blue);
  }
  return plane;
}

function* valuesOf(planes: readonly Raster[], least = -Infinity, most = Infinity): Generator<number> {
  for (const { data } of planes) for (const value of data) if (value >= least && value < most) yield value;
}

function* logsOf(planes: readonly Raster[]): Generator<number> {
  for (const { data } of planes) for (const value of data) yield Math.log(value + 1);
}

/** Finds nuclei that glow on a dark ground, or are dark on a bright one, in one picture. */
export function findGlowingNuclei(picture: Rgb, settings: GlowSettings): FoundCell[] {
  const scale = Math.min(1, WORKING_DIAMETER / settings.diameterPx);
  const [width, height] = [
    Math.max(1, Math.round(picture.width * scale)),
    Math.max(1, Math.round(picture.height * scale)),
  ];
  const diameter = settings.diameterPx * scale;
  const signal = blurred(glowOf(shrunkRgb(picture, width, height), settings.isInverted), 0.04 * diameter);
  const { ground, from, brightest } = settings;
  const nuclei = nucleiIn({ signal, ground, from, to: Math.max(from * 1.5, 0.9 * brightest), diameter, fall: 0.5 });
  const back = { x: picture.width / width, y: picture.height / height };
  return nuclei.map(({ outline, shape, inside, beside, isCut }) => {
    const contrast = Math.min(1, Math.max(0, (inside - beside) / Math.max(1, inside - ground)) * 1.4);
    const size = Math.min(1, (4 * shape.area) / (Math.PI * diameter * diameter * 0.5));
    return {
      label: "nucleus",
      score: Math.max(
        0.01,
        Math.min(1, shape.solidity * (0.5 + 0.5 * contrast) * (0.6 + 0.4 * size)) * (isCut ? 0.95 : 1),
      ),
      outline: outline.map(([x, y]): [number, number] => [x * back.x, y * back.y]),
      measurements: { Eccentricity: shape.eccentricity, Solidity: shape.solidity, "Intensity mean": inside },
    };
  });
}
