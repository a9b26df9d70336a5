import { differenceD, EndType, FillRule, inflatePathsD, JoinType, type PathD, type PathsD, unionD } from "clipper2-ts";
import type { Geometry } from "#lib/core/detection/finding.ts";
import { simplifiedRing } from "#lib/core/geometry/path.ts";
import { type Position, ringOfBox, signedArea } from "#lib/core/geometry/shape.ts";
import { covers } from "./handles.ts";
import { type Shape, shapeOf } from "./shape.ts";

/** A stroke of the brush: where it went and how wide it is to either side, in level-0 pixels. */
export type Stroke = { path: readonly Position[]; radius: number };

/** Decimal places of a pixel that survive the joining of areas. */
const PRECISION = 2;
const CORNER_LIMIT = 2;

/** Adds a stroke to an area (to nothing: makes one), or takes it away. Null where nothing is left. Points and lines stay as they are. */
export function brushed(shape: Shape | null, stroke: Stroke, erase: boolean): Shape | null {
  if (shape?.geometry?.type === "Point" || shape?.geometry?.type === "LineString") return shape;
  const mark = inflatePathsD(
    [pathOf(stroke.path)],
    stroke.radius,
    JoinType.Round,
    EndType.Round,
    CORNER_LIMIT,
    PRECISION,
  );
  const before = shape ? ringsOf(shape).map(pathOf) : [];
  const after = erase
    ? differenceD(before, mark, FillRule.EvenOdd, PRECISION)
    : unionD([...unionD(before, [], FillRule.EvenOdd, PRECISION), ...mark], [], FillRule.NonZero, PRECISION);
  const polygons = polygonsOf(after, stroke.radius / 20);
  const [only, ...others] = polygons;
  if (!only) return null;
  return shapeOf(
    others.length === 0 ? { type: "Polygon", coordinates: only } : { type: "MultiPolygon", coordinates: polygons },
  );
}

function ringsOf({ box, geometry }: Shape): Position[][] {
  if (geometry?.type === "Polygon") return geometry.coordinates;
  return geometry?.type === "MultiPolygon" ? geometry.coordinates.flat() : [ringOfBox(box)];
}

const pathOf = (path: readonly Position[]): PathD => path.map(([x, y]) => ({ x, y }));

/** Rings that run one way are outlines, those that run the other way holes in the smallest outline around them. */
function polygonsOf(paths: PathsD, tolerance: number): Position[][][] {
  const rings = paths
    .map((path) => closed(path))
    .map((ring) => simplifiedRing(ring, tolerance))
    .filter((ring) => ring.length >= 4 && Math.abs(signedArea(ring)) > tolerance ** 2);
  const outlines = rings.filter((ring) => signedArea(ring) > 0).sort((a, b) => signedArea(a) - signedArea(b));
  const polygons = outlines.map((outline) => [outline]);
  for (const hole of rings.filter((ring) => signedArea(ring) < 0)) {
    const [corner] = hole;
    const around = corner && polygons.find(([outline]) => outline && holds(outline, corner));
    around?.push(hole);
  }
  return polygons;
}

function closed(path: PathD): Position[] {
  const ring = path.map(({ x, y }): Position => [x, y]);
  return [...ring, ...ring.slice(0, 1)];
}

function holds(outline: Position[], corner: Position): boolean {
  const geometry: Geometry = { type: "Polygon", coordinates: [outline] };
  return covers(shapeOf(geometry), corner, 0);
}
