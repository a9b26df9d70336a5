/**
 * Axis-aligned boxes, in branded coordinate spaces so that mixing spaces does not compile.
 * A box is `[x, y, width, height]`, origin top-left, y down; numbers may be fractional.
 */

declare const space: unique symbol;

/** Coordinate spaces: level-0 (full-resolution) pixels of a page, and pixels of one tile as read. */
export type Space = "level0" | "tile";

export type BoxIn<S extends Space> = readonly [x: number, y: number, width: number, height: number] & {
  readonly [space]: S;
};

/** A box in level-0 pixels. */
export type Box = BoxIn<"level0">;

/** A box in the pixels of one tile as it was read. */
export type TileBox = BoxIn<"tile">;

/** Makes a level-0 box. Does not validate: numbers are trusted inside. */
export function box(x: number, y: number, width: number, height: number): Box {
  return [x, y, width, height] as unknown as Box;
}

/** Makes a tile-pixel box. */
export function tileBox(x: number, y: number, width: number, height: number): TileBox {
  return [x, y, width, height] as unknown as TileBox;
}

/** Area in square pixels of the box's own space. */
export function area(b: BoxIn<Space>): number {
  return Math.max(0, b[2]) * Math.max(0, b[3]);
}

/** Area of the overlap of two boxes of one space, in square pixels. */
export function intersectionArea<S extends Space>(a: BoxIn<S>, b: BoxIn<S>): number {
  const width = Math.min(a[0] + a[2], b[0] + b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[1] + a[3], b[1] + b[3]) - Math.max(a[1], b[1]);
  return width > 0 && height > 0 ? width * height : 0;
}

/** Intersection over union, 0…1. Zero where both are empty. */
export function iou<S extends Space>(a: BoxIn<S>, b: BoxIn<S>): number {
  const shared = intersectionArea(a, b);
  const union = area(a) + area(b) - shared;
  return union > 0 ? shared / union : 0;
}

/** Intersection over the smaller area, 0…1. */
export function ios<S extends Space>(a: BoxIn<S>, b: BoxIn<S>): number {
  const smaller = Math.min(area(a), area(b));
  return smaller > 0 ? intersectionArea(a, b) / smaller : 0;
}
