import type { ImageScale } from "#lib/core/detection/image.ts";
import { type ControlPoint, fitControlPoints } from "./control-points.ts";
import { type Directory, number, numbers, type Tiff, text } from "./directory.ts";
import { ownCrs } from "./own-crs.ts";
import { TAG } from "./tags.ts";

type Affine = [a: number, b: number, c: number, d: number, e: number, f: number];

/** GeoTIFF 1.1 keys and values. */
const RASTER_TYPE = 1025;
const PIXEL_IS_POINT = 2;
const GEODETIC_CRS = 2048;
const PROJECTED_CRS = 3072;
const FIRST_EPSG = 1024;
const LAST_EPSG = 32766;
const USER_DEFINED = 32767;
const MAX_CONTROL_POINTS = 10_000;

/** True where a directory carries GeoTIFF tags. */
export function isGeoreferenced(directory: Directory): boolean {
  return (
    directory.fields.has(TAG.geoKeyDirectory) ||
    directory.fields.has(TAG.modelTransformation) ||
    directory.fields.has(TAG.modelTiepoint)
  );
}

/**
 * CRS and transform from pixel corners to ground, by the affine transform or from control points. The CRS is a code of EPSG, or a
 * PROJ string where the file describes one of its own. Null where either is missing, and for a picture that is stored turned.
 */
export async function readGeoreference(tiff: Tiff, directory: Directory): Promise<ImageScale | null> {
  if ((await number(tiff, directory, TAG.orientation, 1)) !== 1) return null;
  const keys = await readKeys(tiff, directory);
  const code = [keys.get(PROJECTED_CRS), keys.get(GEODETIC_CRS)].find(
    (value) => typeof value === "number" && value >= FIRST_EPSG && value <= LAST_EPSG,
  );
  // A projection of its own on a datum that has a code is not that datum's longitude and latitude.
  const isProjected = keys.get(PROJECTED_CRS) === USER_DEFINED;
  const crs = code === undefined || isProjected ? ownCrs(keys) : `EPSG:${code}`;
  const pixelIsPoint = keys.get(RASTER_TYPE) === PIXEL_IS_POINT;
  const affine = await readAffine(tiff, directory, pixelIsPoint);
  const fit = affine ? { transform: affine } : fitControlPoints(await readControlPoints(tiff, directory, pixelIsPoint));
  return crs !== null && fit ? { crs, ...fit } : null;
}

/** The affine transform X = a·x + b·y + c, Y = d·x + e·y + f of pixel corners; null where the file has none. */
async function readAffine(tiff: Tiff, directory: Directory, pixelIsPoint: boolean): Promise<Affine | null> {
  const stored = (await fromMatrix(tiff, directory)) ?? (await fromTiepoint(tiff, directory));
  if (!stored?.every(Number.isFinite)) return null;
  if (!pixelIsPoint) return stored;
  const [a, b, c, d, e, f] = stored;
  return [a, b, c - (a + b) / 2, d, e, f - (d + e) / 2];
}

/** Tie points without a pixel scale: `[pixel x, y, 0, ground x, y, z]` each. */
async function readControlPoints(tiff: Tiff, directory: Directory, pixelIsPoint: boolean): Promise<ControlPoint[]> {
  const values = await numbers(tiff, directory, TAG.modelTiepoint, 6 * MAX_CONTROL_POINTS);
  const shift = pixelIsPoint ? 0.5 : 0;
  const points: ControlPoint[] = [];
  for (let at = 0; at + 5 < values.length; at += 6) {
    const [x, y, , groundX, groundY] = values.slice(at, at + 6);
    if (x === undefined || y === undefined || groundX === undefined || groundY === undefined) continue;
    if (![x, y, groundX, groundY].every(Number.isFinite)) continue;
    points.push({ x: x + shift, y: y + shift, groundX, groundY });
  }
  return points;
}

async function fromMatrix(tiff: Tiff, directory: Directory): Promise<Affine | null> {
  const [a, b, , c, d, e, , f] = await numbers(tiff, directory, TAG.modelTransformation, 16);
  if (a === undefined || b === undefined || c === undefined) return null;
  if (d === undefined || e === undefined || f === undefined) return null;
  return [a, b, c, d, e, f];
}

async function fromTiepoint(tiff: Tiff, directory: Directory): Promise<Affine | null> {
  const [scaleX, scaleY] = await numbers(tiff, directory, TAG.modelPixelScale, 3);
  const [i, j, , x, y] = await numbers(tiff, directory, TAG.modelTiepoint, 6);
  if (!scaleX || !scaleY || i === undefined || j === undefined || x === undefined || y === undefined) return null;
  // Files with a negative height of pixels mean the same, as GDAL has it: what lies south up has a matrix.
  const height = Math.abs(scaleY);
  return [scaleX, 0, x - i * scaleX, 0, -height, y + j * height];
}

/** The keys of the key directory, wherever their values lie: among them, in the list of doubles, or in the text. */
async function readKeys(tiff: Tiff, directory: Directory): Promise<Map<number, number | string>> {
  const values = await numbers(tiff, directory, TAG.geoKeyDirectory, 4096);
  const doubles = await numbers(tiff, directory, TAG.geoDoubles, 4096);
  const ascii = await text(tiff, directory, TAG.geoAscii);
  const keys = new Map<number, number | string>();
  for (let at = 4; at + 3 < values.length; at += 4) {
    const [key, location, count, value] = values.slice(at, at + 4);
    if (key === undefined || count === undefined || value === undefined) continue;
    const double = doubles[value];
    if (location === 0) keys.set(key, value);
    else if (location === TAG.geoDoubles && double !== undefined) keys.set(key, double);
    else if (location === TAG.geoAscii) keys.set(key, ascii.slice(value, value + count));
  }
  return keys;
}
