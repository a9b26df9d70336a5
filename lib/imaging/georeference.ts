import proj4 from "proj4";
import definitions from "proj4-list";
import type { ImageScale } from "#lib/core/detection/image.ts";
import { groundPosition, pixelPosition } from "#lib/core/geometry/ground-position.ts";

/** Turns level-0 pixels into degrees of longitude and latitude on WGS 84. */
export type ToLonLat = (x: number, y: number) => [longitude: number, latitude: number];

const PROJ_STRING = "+proj=";
/** Axes in space, not on the ground. */
const GEOCENTRIC = "+proj=geocent";

/**
 * The way from a picture's pixels to longitude and latitude; null where the picture has no georeference, or one whose CRS is not
 * known offline. Accurate to about a metre, as datum shifts are applied by their seven parameters and not by grids.
 */
export function toLonLat(scale: ImageScale | null): ToLonLat | null {
  const converter = converterOf(scale);
  if (!converter || !scale || !("crs" in scale)) return null;
  return (x, y) => {
    const [longitude, latitude] = converter.forward(groundPosition(scale, x, y));
    return [longitude, latitude];
  };
}

/** The way back: degrees of longitude and latitude to level-0 pixels; null as with `toLonLat`. */
export function fromLonLat(
  scale: ImageScale | null,
): ((longitude: number, latitude: number) => [number, number]) | null {
  const converter = converterOf(scale);
  if (!converter || !scale || !("crs" in scale)) return null;
  return (longitude, latitude) => {
    const [x = Number.NaN, y = Number.NaN] = converter.inverse([longitude, latitude]);
    return pixelPosition(scale, x, y);
  };
}

function converterOf(scale: ImageScale | null) {
  if (!scale || !("crs" in scale)) return null;
  const definition = scale.crs.startsWith(PROJ_STRING) ? scale.crs : definitions[scale.crs]?.[1];
  if (!definition || definition.includes(GEOCENTRIC)) return null;
  return proj4(definition, "EPSG:4326");
}
