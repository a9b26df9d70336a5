import { polygonsOf, signedArea } from "../geometry/shape.ts";
import type { Detection } from "./finding.ts";
import type { ImageScale } from "./image.ts";

/**
 * The detection with its area beside what the model measured: in µm² where the scale is known, else in square pixels of level 0. One without
 * measurements or without a polygon stays as it is.
 */
export function measured(detection: Detection, scale: ImageScale | null): Detection {
  const { geometry, measurements } = detection;
  const polygons = geometry ? polygonsOf(geometry) : [];
  if (!measurements || polygons.length === 0) return detection;
  const pixels = polygons.reduce(
    (sum, [outer = [], ...holes]) =>
      sum + Math.abs(signedArea(outer)) - holes.reduce((open, hole) => open + Math.abs(signedArea(hole)), 0),
    0,
  );
  const microns = scale && "micronsPerPixel" in scale ? scale.micronsPerPixel : null;
  const rounded = (value: number): number => Math.round(value * 100) / 100;
  const area = microns === null ? { "Area px²": rounded(pixels) } : { "Area µm²": rounded(pixels * microns * microns) };
  return { ...detection, measurements: { ...area, ...measurements } };
}
