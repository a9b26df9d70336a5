import type { ImageScale } from "../detection/image.ts";
import { groundPosition, pixelPosition } from "../geometry/ground-position.ts";
import type { Position } from "../geometry/shape.ts";

/** The coordinate system that a picture came in, by its number in the EPSG's register, and the ways between it and level-0 pixels. */
export type OwnCrs = {
  readonly epsg: number;
  readonly place: (x: number, y: number) => Position;
  readonly pixel: (x: number, y: number) => Position;
};

const EPSG = /^EPSG:(\d{1,8})$/;

/** A picture's own coordinate system; null where it has none, or one that has no number in EPSG's register. */
export function ownCrs(scale: ImageScale | null): OwnCrs | null {
  const epsg = scale && "crs" in scale ? EPSG.exec(scale.crs)?.[1] : undefined;
  if (epsg === undefined || !scale || !("crs" in scale)) return null;
  return {
    epsg: Number(epsg),
    place: (x, y) => groundPosition(scale, x, y),
    pixel: (x, y) => pixelPosition(scale, x, y),
  };
}
