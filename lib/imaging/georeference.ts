import proj4 from "proj4";
import definitions from "proj4-list";
import type { ImageScale } from "#lib/core/detection/image.ts";
import { groundPosition } from "#lib/core/geometry/ground-position.ts";

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
  if (!scale || !("crs" in scale)) return null;
  const definition = scale.crs.startsWith(PROJ_STRING) ? scale.crs : definitions[scale.crs]?.[1];
  if (!definition || definition.includes(GEOCENTRIC)) return null;
  const converter = proj4(definition, "EPSG:4326");
  return (x, y) => {
    const [longitude, latitude] = converter.forward(groundPosition(scale, x, y));
    return [longitude, latitude];
  };
}
