import type { SampleLayout } from "../tiff/sample-layout.ts";
import type { Rows } from "./rows.ts";

/** GDAL writes the marker of float rasters in decimal: it is compared with the precision of a float. */
export function isMeasured(value: number, noData: number | null): boolean {
  return Number.isFinite(value) && (noData === null || Math.fround(value) !== Math.fround(noData));
}

/** True where a pixel holds no data by the file's mask, or is quite transparent. */
export function isHidden(rows: Rows, pixel: number, { bands, alpha }: Pick<SampleLayout, "bands" | "alpha">): boolean {
  if (rows.mask !== null && rows.mask[pixel] === 0) return true;
  return alpha !== null && rows.values[pixel * rows.samples + bands.length] === 0;
}
