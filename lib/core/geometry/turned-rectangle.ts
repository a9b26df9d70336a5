import type { Geometry } from "../detection/finding.ts";
import type { Position } from "./shape.ts";

/** A rectangle turned about its middle by `angle`, in radians, clockwise where y grows downward. */
export type TurnedRectangle = { x: number; y: number; width: number; height: number; angle: number };

/** A side that departs this far from a right angle, as the cosine between it and the next, makes it no rectangle. */
const SQUARE_ENOUGH = 1e-3;

/** The outline as a closed ring, from the corner that is top left before it is turned. */
export function turnedRing(rectangle: TurnedRectangle): Position[] {
  const half = { width: rectangle.width / 2, height: rectangle.height / 2 };
  const corners: readonly Position[] = [
    [-half.width, -half.height],
    [half.width, -half.height],
    [half.width, half.height],
    [-half.width, half.height],
    [-half.width, -half.height],
  ];
  return corners.map((corner) => fromFrame(rectangle, corner));
}

/** A position given from the middle along the rectangle's own sides, in the plane. */
export function fromFrame({ x, y, angle }: TurnedRectangle, [along, across]: Position): Position {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return [x + along * cos - across * sin, y + along * sin + across * cos];
}

/** A position of the plane, from the middle along the rectangle's own sides. */
export function toFrame({ x, y, angle }: TurnedRectangle, [px, py]: Position): Position {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return [(px - x) * cos + (py - y) * sin, -(px - x) * sin + (py - y) * cos];
}

/** The rectangle on the side from `from` to `to` that reaches out as far as `reach`, on its side of it. */
export function rectangleOnSide(from: Position, to: Position, reach: Position): TurnedRectangle {
  const width = Math.hypot(to[0] - from[0], to[1] - from[1]);
  const angle = Math.atan2(to[1] - from[1], to[0] - from[0]);
  const across = toFrame({ x: from[0], y: from[1], width: 0, height: 0, angle }, reach)[1];
  const start = { x: from[0], y: from[1], width, height: Math.abs(across), angle };
  const [x, y] = fromFrame(start, [width / 2, across / 2]);
  return { ...start, x, y };
}

/** Reads a polygon that is a turned rectangle; null where it is anything else. */
export function readTurned(geometry: Geometry): TurnedRectangle | null {
  if (geometry.type !== "Polygon" || geometry.isEllipse || geometry.coordinates.length !== 1) return null;
  const [a, b, c, d, end] = geometry.coordinates[0] ?? [];
  if (!a || !b || !c || !d || geometry.coordinates[0]?.length !== 5 || end?.[0] !== a[0] || end[1] !== a[1])
    return null;
  const along: Position = [b[0] - a[0], b[1] - a[1]];
  const across: Position = [d[0] - a[0], d[1] - a[1]];
  const [width, height] = [Math.hypot(...along), Math.hypot(...across)];
  if (width === 0 || height === 0) return null;
  const isSquare = Math.abs(along[0] * across[0] + along[1] * across[1]) <= SQUARE_ENOUGH * width * height;
  const isClosed = Math.hypot(b[0] + across[0] - c[0], b[1] + across[1] - c[1]) <= SQUARE_ENOUGH * (width + height);
  if (!isSquare || !isClosed) return null;
  return { x: (a[0] + c[0]) / 2, y: (a[1] + c[1]) / 2, width, height, angle: Math.atan2(along[1], along[0]) };
}
