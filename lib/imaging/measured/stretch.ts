import type { StoredLevel } from "../tiff/layout.ts";
import type { SampleLayout } from "../tiff/sample-layout.ts";
import { isHidden, isMeasured } from "./data.ts";
import { type Rows, readRows } from "./rows.ts";

/** What becomes black and white in each band, and the alpha of an opaque pixel. */
export type Stretch = { ranges: { low: number; high: number }[]; opaque: number };

const LOW_PERCENTILE = 0.02;
const HIGH_PERCENTILE = 0.98;
/** Values looked at in each band. */
const MAX_SAMPLES = 2_000_000;

/**
 * Range of each band from its 2nd to its 98th percentile, without transparent and masked pixels and the value that marks missing data; the
 * full range where the samples are display values already. Looks at about two million evenly spread pixels of the directory.
 */
export async function measureStretch(path: string, stored: StoredLevel, layout: SampleLayout): Promise<Stretch> {
  const bands = layout.bands.length;
  const stride = Math.max(1, Math.ceil(Math.sqrt((stored.width * stored.height) / MAX_SAMPLES)));
  const seen: number[][] = layout.bands.map(() => []);
  let opaque = 0;
  for await (const rows of readRows(path, stored, layout)) {
    for (let row = (stride - (rows.y % stride)) % stride; row < rows.height; row += stride) {
      for (let x = 0; x < rows.width; x += stride) {
        const at = (row * rows.width + x) * rows.samples;
        const alpha = layout.alpha === null ? 1 : (rows.values[at + bands] ?? 0);
        opaque = Math.max(opaque, alpha);
        if (isHidden(rows, row * rows.width + x, layout)) continue;
        for (const [band, values] of seen.entries()) {
          const value = rows.values[at + band];
          if (value !== undefined && isData(value, layout)) values.push(value);
        }
      }
    }
  }
  const maximum = layout.displayMaximum;
  const ranges = seen.map((values) =>
    maximum === null ? percentileRange(Float64Array.from(values).sort()) : { low: 0, high: maximum },
  );
  // 16-bit files often have an alpha of 255 at most: what is most opaque is taken for opaque.
  return { ranges, opaque: opaque || 1 };
}

/** From the 2nd to the 98th percentile of sorted values. */
export function percentileRange(sorted: Float64Array): { low: number; high: number } {
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  const low = at(LOW_PERCENTILE);
  const high = at(HIGH_PERCENTILE);
  if (high > low) return { low, high };
  // Nearly all one value: the few others still decide what is seen.
  const least = sorted[0] ?? 0;
  const most = sorted.at(-1) ?? 0;
  return most > least ? { low: least, high: most } : { low: least, high: least + 1 };
}

/** What are display values already are shown as they stand, the marker of missing data too. */
function isData(value: number, { noData, displayMaximum }: SampleLayout): boolean {
  return displayMaximum !== null || isMeasured(value, noData);
}

/** True where the file's mask says that a pixel holds no data. */
function isMasked({ mask }: Rows, pixel: number): boolean {
  return mask !== null && mask[pixel] === 0;
}

/** Bands of the rows that `toDisplay` makes. */
export function displayBands({ bands, palette }: SampleLayout): 1 | 3 {
  return bands.length === 1 && palette === null ? 1 : 3;
}

/** Rows in 8 bits a band: stretched or in the colours of the map, on white where transparent, black where there is no data or a mask hides it. */
export function toDisplay(rows: Rows, layout: SampleLayout, { ranges, opaque }: Stretch): Uint8Array {
  const bands = layout.bands.length;
  if (layout.palette) return inColours(rows, layout.palette);
  const display = new Uint8Array(rows.width * rows.height * bands);
  for (let pixel = 0; pixel < rows.width * rows.height; pixel += 1) {
    const at = pixel * rows.samples;
    if (isMasked(rows, pixel)) continue;
    const opacity = layout.alpha === null ? 1 : Math.min(1, (rows.values[at + bands] ?? 0) / opaque);
    for (const [band, { low, high }] of ranges.entries()) {
      const value = rows.values[at + band] ?? 0;
      const isShown = isData(value, layout);
      const level = isShown ? Math.min(1, Math.max(0, (value - low) / (high - low))) : 0;
      const shown = isShown && layout.whiteIsZero ? 1 - level : level;
      display[pixel * bands + band] = Math.round(255 * (shown * opacity + 1 - opacity));
    }
  }
  return display;
}

function inColours(rows: Rows, palette: Uint8Array): Uint8Array {
  const display = new Uint8Array(rows.width * rows.height * 3);
  for (let pixel = 0; pixel < rows.width * rows.height; pixel += 1) {
    if (isMasked(rows, pixel)) continue;
    const entry = (rows.values[pixel * rows.samples] ?? 0) * 3;
    display.set(palette.subarray(entry, entry + 3), pixel * 3);
  }
  return display;
}
