import type { Geometry } from "../detection/finding.ts";
import { mapPositions, type Position, polygonsOf } from "../geometry/shape.ts";

type Projection = (x: number, y: number) => Position;

/** An edge is looked at in so many pieces, to tell one that crosses the antimeridian from one that is half the world long. */
const PIECES = 8;
const HALF_TURN = 180;
const TURN = 360;

/**
 * A shape in pixels on the ground, in longitude and latitude. What crosses the antimeridian is cut in two there, as RFC 7946 (3.1.9)
 * asks; a line goes on beyond 180° instead.
 */
export function projectShape(shape: Geometry, toGround: Projection): Geometry {
  const projected = mapPositions(shape, ([x, y]) => toGround(x, y));
  if (!crosses(projected)) return projected;
  if (shape.type === "LineString") return { type: "LineString", coordinates: unrolled(shape.coordinates, toGround) };
  const parts = polygonsOf(shape).flatMap((polygon) => cut(polygon.map((ring) => unrolled(ring, toGround))));
  const [only, ...others] = parts;
  return only && others.length === 0
    ? { type: "Polygon", coordinates: only }
    : { type: "MultiPolygon", coordinates: parts };
}

function crosses(projected: Geometry): boolean {
  const lines = projected.type === "LineString" ? [projected.coordinates] : polygonsOf(projected).flat();
  return lines.some((line) =>
    line.some(([longitude], at) => Math.abs(longitude - (line[at - 1]?.[0] ?? longitude)) > HALF_TURN),
  );
}

/** The positions of a line or ring on the ground, with longitudes that go on beyond 180° instead of jumping. */
function unrolled(line: readonly Position[], toGround: Projection): Position[] {
  const ground: Position[] = [];
  let from: { pixel: Position; longitude: number } | null = null;
  for (const pixel of line) {
    const [longitude, latitude] = toGround(...pixel);
    const along: number = from ? from.longitude + turned(from.pixel, pixel, toGround) : longitude;
    ground.push([along, latitude]);
    from = { pixel, longitude: along };
  }
  const middle = ground.reduce((sum, [longitude]) => sum + longitude, 0) / ground.length;
  const shift = TURN * Math.round(middle / TURN);
  return shift === 0 ? ground : ground.map(([longitude, latitude]) => [longitude - shift, latitude]);
}

/** Degrees of longitude along an edge, east positive. */
function turned(from: Position, to: Position, toGround: Projection): number {
  const longitudeAt = (share: number): number =>
    toGround(from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share)[0];
  let degrees = 0;
  for (let piece = 0; piece < PIECES; piece += 1) {
    const step = longitudeAt((piece + 1) / PIECES) - longitudeAt(piece / PIECES);
    degrees += step - TURN * Math.round(step / TURN);
  }
  return degrees;
}

/** The parts of a polygon on either side of 180° and −180°, each within them. */
function cut(rings: readonly Position[][]): Position[][][] {
  return [-TURN, 0, TURN].flatMap((shift) => {
    const part = rings
      .map((ring) => ring.map(([longitude, latitude]): Position => [longitude + shift, latitude]))
      .map((ring) => clip(clip(ring, HALF_TURN, 1), -HALF_TURN, -1))
      .filter((ring) => ring.length >= 4);
    return part.length > 0 ? [part] : [];
  });
}

/**
 * What of a closed ring lies west of `limit` (`side` 1) or east of it (−1), by Sutherland and Hodgman: the parts of a ring that crosses more
 * than twice stay joined along the limit. Empty where nothing lies there.
 */
function clip(ring: readonly Position[], limit: number, side: 1 | -1): Position[] {
  const kept: Position[] = [];
  const depth = ([longitude]: Position): number => (limit - longitude) * side;
  for (const [at, to] of ring.entries()) {
    const from = ring[at - 1];
    if (from && depth(from) * depth(to) < 0) {
      const share = depth(from) / (depth(from) - depth(to));
      kept.push([limit, from[1] + (to[1] - from[1]) * share]);
    }
    if (depth(to) >= 0) kept.push(to);
  }
  const [first] = kept;
  const last = kept.at(-1);
  if (!first || !last || kept.every((position) => depth(position) === 0)) return [];
  return first[0] === last[0] && first[1] === last[1] ? kept : [...kept, first];
}
