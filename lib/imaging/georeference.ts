import proj4 from "proj4";
import definitions from "proj4-list";
import type { ImageScale } from "#lib/core/detection/image.ts";
import { greatCircleMetres } from "#lib/core/geometry/great-circle.ts";
import { groundPosition, pixelPosition } from "#lib/core/geometry/ground-position.ts";

/** Turns level-0 pixels into degrees of longitude and latitude on WGS 84. */
export type ToLonLat = (x: number, y: number) => [longitude: number, latitude: number];

const PROJ_STRING = "+proj=";
/** Coordinates that are longitude and latitude themselves. */
const GEODETIC = /^\+proj=longlat\b/;
const TURNS = [0, 360, -360];
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
    return [withinHalfTurn(longitude), latitude];
  };
}

/**
 * The way back: degrees of longitude and latitude to level-0 pixels of a page of `size`; null as with `toLonLat`. Where a picture in
 * degrees goes on beyond 180°, of a longitude's turns that is taken which lies nearest to it.
 */
export function fromLonLat(
  scale: ImageScale | null,
  size: { width: number; height: number } | undefined,
): ((longitude: number, latitude: number) => [number, number]) | null {
  const converter = converterOf(scale);
  if (!converter || !scale || !("crs" in scale)) return null;
  const isInDegrees = GEODETIC.test(definitionOf(scale.crs) ?? "");
  const [middleX, middleY] = [(size?.width ?? 0) / 2, (size?.height ?? 0) / 2];
  return (longitude, latitude) => {
    const [x = Number.NaN, y = Number.NaN] = converter.inverse([longitude, latitude]);
    const found = (isInDegrees ? TURNS : [0]).map((turn) => pixelPosition(scale, x + turn, y));
    const [nearest = found[0]] = found.toSorted((a, b) => away(a) - away(b));
    return nearest ?? [Number.NaN, Number.NaN];
  };
  function away([x, y]: [number, number]): number {
    return Math.hypot(x - middleX, y - middleY);
  }
}

/** A longitude within −180° and 180°, as a picture in degrees may go on beyond. */
function withinHalfTurn(longitude: number): number {
  return Math.abs(longitude) <= 180 ? longitude : longitude - 360 * Math.round(longitude / 360);
}

function definitionOf(crs: string): string | undefined {
  return crs.startsWith(PROJ_STRING) ? crs : definitions[crs]?.[1];
}

/** Sides of a level-0 pixel in metres, as measured in the middle of a page of `size`; null where the scale is not known. */
export function pixelInMetres(
  scale: ImageScale | null,
  size: { width: number; height: number },
): { width: number; height: number } | null {
  if (scale && "micronsPerPixel" in scale) {
    const side = scale.micronsPerPixel * 1e-6;
    return { width: side, height: side };
  }
  const place = toLonLat(scale);
  if (!place) return null;
  const [x, y] = [size.width / 2, size.height / 2];
  const width = greatCircleMetres(place(x, y), place(x + 1, y));
  const height = greatCircleMetres(place(x, y), place(x, y + 1));
  return width > 0 && height > 0 && Number.isFinite(width * height) ? { width, height } : null;
}

function converterOf(scale: ImageScale | null) {
  if (!scale || !("crs" in scale)) return null;
  const definition = definitionOf(scale.crs);
  if (!definition || definition.includes(GEOCENTRIC)) return null;
  return proj4(definition, "EPSG:4326");
}
