import type { Geometry } from "#lib/core/detection/finding.ts";
import { ellipseIn } from "#lib/core/geometry/ellipse.ts";
import {
  boundsOfGeometry,
  isBoxOutline,
  linesOf as linesOfGeometry,
  mapPositions,
  type Position,
  ringOfBox,
} from "#lib/core/geometry/shape.ts";
import type { FindingRow } from "../findings/finding-table.ts";

/** What a finding looks like: its box, and its shape where that is more than the box. Level-0 pixels. */
export type Shape = { box: FindingRow["box"]; geometry: Geometry | null };

/** Shapes are kept to this part of a pixel. */
const GRAIN = 10;
const rounded = (value: number): number => Math.round(value * GRAIN) / GRAIN;

/** A box, to a tenth of a pixel. */
export function boxShape(x: number, y: number, width: number, height: number): Shape {
  const [left, top] = [rounded(x), rounded(y)];
  return { box: [left, top, rounded(x + width - left), rounded(y + height - top)], geometry: null };
}

/** A shape with its bounds, to a tenth of a pixel; what is no more than a box becomes one. */
export function shapeOf(geometry: Geometry): Shape {
  if (geometry.type === "Polygon" && geometry.isEllipse) return ellipseShape(boundsOfGeometry(geometry));
  const grained = mapPositions(geometry, ([x, y]) => [rounded(x), rounded(y)]);
  const box = boundsOfGeometry(grained);
  return isBoxOutline(grained) ? { box, geometry: null } : { box, geometry: grained };
}

/** The ellipse in a box. */
export function ellipseShape([x, y, width, height]: readonly [number, number, number, number]): Shape {
  const { box } = boxShape(x, y, width, height);
  return { box, geometry: ellipseIn(box) };
}

/** True where a shape is the ellipse that fills its box. */
export const isEllipse = ({ geometry }: Shape): boolean => geometry?.type === "Polygon" && geometry.isEllipse === true;

/** The shape elsewhere. */
export function moved(shape: Shape, dx: number, dy: number): Shape {
  const [x, y, width, height] = shape.box;
  if (!shape.geometry) return boxShape(x + dx, y + dy, width, height);
  if (isEllipse(shape)) return ellipseShape([x + dx, y + dy, width, height]);
  return shapeOf(mapPositions(shape.geometry, ([px, py]) => [px + dx, py + dy]));
}

/** The lines of a shape as paths, rings closed. A point has none. */
export function linesOf({ box, geometry }: Shape): readonly (readonly Position[])[] {
  if (!geometry) return [ringOfBox(box)];
  return geometry.type === "Point" ? [] : linesOfGeometry(geometry);
}

/** True where a shape would be too small to be meant, `least` level-0 pixels being as little as a hand can draw. */
export function isSlip({ box, geometry }: Shape, least: number): boolean {
  if (geometry?.type === "Point") return false;
  const [, , width, height] = box;
  return geometry?.type === "LineString" ? Math.hypot(width, height) < least : width < least || height < least;
}
