import { isHidden, isMeasured } from "../measured/data.ts";
import { readRows } from "../measured/rows.ts";
import { percentileRange } from "../measured/stretch.ts";
import type { SourceBand } from "./source-bands.ts";

/** What the values of a band are like, by evenly spread ones of them. */
export type Survey = { least: number; greatest: number; low: number; high: number; histogram: number[] };

const MAX_VALUES = 250_000;
const STEPS = 64;

/** Looks at some 250,000 values of each of the bands, which are of one directory, without missing data. */
export async function surveyBands(path: string, bands: readonly SourceBand[]): Promise<Survey[]> {
  const [first] = bands;
  if (!first) return [];
  const { looked } = first;
  const layout = { ...first.layout, bands: bands.flatMap((band) => band.layout.bands) };
  const stride = Math.max(1, Math.ceil(Math.sqrt((looked.width * looked.height) / MAX_VALUES)));
  const seen = bands.map((): number[] => []);
  for await (const rows of readRows(path, looked, layout)) {
    for (let row = (stride - (rows.y % stride)) % stride; row < rows.height; row += stride) {
      for (let x = 0; x < rows.width; x += stride) {
        const pixel = row * rows.width + x;
        if (isHidden(rows, pixel, layout)) continue;
        for (const [band, values] of seen.entries()) {
          const value = rows.values[pixel * rows.samples + band];
          if (value !== undefined && isMeasured(value, layout.noData)) values.push(value);
        }
      }
    }
  }
  return seen.map((values, index) => summary(Float64Array.from(values).sort(), bands[index]));
}

function summary(sorted: Float64Array, band: SourceBand | undefined): Survey {
  const least = sorted[0] ?? 0;
  const greatest = Math.max(sorted.at(-1) ?? 0, least + Number.EPSILON);
  const histogram = Array.from({ length: STEPS }, () => 0);
  for (const value of sorted) {
    const at = Math.min(STEPS - 1, Math.floor(((value - least) / (greatest - least)) * STEPS));
    histogram[at] = (histogram[at] ?? 0) + 1;
  }
  const maximum = band?.layout.displayMaximum ?? null;
  const range = maximum === null ? percentileRange(sorted) : { low: 0, high: maximum };
  return { least, greatest, ...range, histogram };
}
