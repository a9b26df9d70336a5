import type { ImageScale } from "#lib/core/detection/image.ts";
import { type Directory, number, numbers, type Tiff } from "./directory.ts";
import { TAG } from "./tags.ts";

type Affine = [a: number, b: number, c: number, d: number, e: number, f: number];

/** GeoTIFF 1.1 keys and values. */
const RASTER_TYPE = 1025;
const PIXEL_IS_POINT = 2;
const GEODETIC_CRS = 2048;
const PROJECTED_CRS = 3072;
const FIRST_EPSG = 1024;
const LAST_EPSG = 32766;

/** True where a directory carries GeoTIFF tags. */
export function isGeoreferenced(directory: Directory): boolean {
  return (
    directory.fields.has(TAG.geoKeyDirectory) ||
    directory.fields.has(TAG.modelTransformation) ||
    (directory.fields.has(TAG.modelPixelScale) && directory.fields.has(TAG.modelTiepoint))
  );
}

/**
 * CRS and affine transform from pixel corners to ground. Null where either is missing: a CRS without an EPSG code, ground
 * control points, or a picture that is stored turned.
 */
export async function readGeoreference(tiff: Tiff, directory: Directory): Promise<ImageScale | null> {
  if ((await number(tiff, directory, TAG.orientation, 1)) !== 1) return null;
  const keys = await readKeys(tiff, directory);
  const code = [keys.get(PROJECTED_CRS), keys.get(GEODETIC_CRS)].find(
    (value) => value !== undefined && value >= FIRST_EPSG && value <= LAST_EPSG,
  );
  const transform = await readAffine(tiff, directory, keys.get(RASTER_TYPE) === PIXEL_IS_POINT);
  return code !== undefined && transform ? { crs: `EPSG:${code}`, transform } : null;
}

/** The affine transform X = a·x + b·y + c, Y = d·x + e·y + f of pixel corners; null where the file has none. */
async function readAffine(tiff: Tiff, directory: Directory, pixelIsPoint: boolean): Promise<Affine | null> {
  const stored = (await fromMatrix(tiff, directory)) ?? (await fromTiepoint(tiff, directory));
  if (!stored?.every(Number.isFinite)) return null;
  if (!pixelIsPoint) return stored;
  const [a, b, c, d, e, f] = stored;
  return [a, b, c - (a + b) / 2, d, e, f - (d + e) / 2];
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
  return [scaleX, 0, x - i * scaleX, 0, -scaleY, y + j * scaleY];
}

/** The short keys of the key directory: those that carry codes. */
async function readKeys(tiff: Tiff, directory: Directory): Promise<Map<number, number>> {
  const values = await numbers(tiff, directory, TAG.geoKeyDirectory, 4096);
  const keys = new Map<number, number>();
  for (let at = 4; at + 3 < values.length; at += 4) {
    const [key, location, , value] = values.slice(at, at + 4);
    if (key !== undefined && value !== undefined && location === 0) keys.set(key, value);
  }
  return keys;
}
