import type { Geometry } from "../detection/finding.ts";

/** A point of a plane, `[x, y]`; which plane is said where it is used. */
export type Position = [x: number, y: number];

/** `[x, y, width, height]`. */
export type BoxNumbers = readonly [x: number, y: number, width: number, height: number];

/** The outline of a box as a closed ring, from its top-left corner; counter-clockwise where y grows upward. */
export function ringOfBox([x, y, width, height]: BoxNumbers): Position[] {
  return [
    [x, y],
    [x + width, y],
    [x + width, y + height],
    [x, y + height],
    [x, y],
  ];
}

/** The same shape with every position moved by `move`. */
export function mapPositions(geometry: Geometry, move: (position: Position) => Position): Geometry {
  switch (geometry.type) {
    case "Point":
      return { type: "Point", coordinates: move(geometry.coordinates) };
    case "LineString":
      return { type: "LineString", coordinates: geometry.coordinates.map(move) };
    case "Polygon":
      return { type: "Polygon", coordinates: geometry.coordinates.map((ring) => ring.map(move)) };
    case "MultiPolygon":
      return {
        type: "MultiPolygon",
        coordinates: geometry.coordinates.map((polygon) => polygon.map((ring) => ring.map(move))),
      };
  }
}

/** The polygons of a shape, each an outer ring with its holes; none for points and lines. */
export function polygonsOf(geometry: Geometry): Position[][][] {
  if (geometry.type === "Polygon") return [geometry.coordinates];
  return geometry.type === "MultiPolygon" ? geometry.coordinates : [];
}

/** The smallest box that holds a shape. */
export function boundsOfGeometry(geometry: Geometry): [x: number, y: number, width: number, height: number] {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const line of linesOf(geometry)) {
    for (const [x, y] of line) {
      left = Math.min(left, x);
      top = Math.min(top, y);
      right = Math.max(right, x);
      bottom = Math.max(bottom, y);
    }
  }
  return [left, top, right - left, bottom - top];
}

/** All positions of a shape, line by line. */
export function linesOf(geometry: Geometry): readonly (readonly Position[])[] {
  switch (geometry.type) {
    case "Point":
      return [[geometry.coordinates]];
    case "LineString":
      return [geometry.coordinates];
    case "Polygon":
      return geometry.coordinates;
    case "MultiPolygon":
      return geometry.coordinates.flat();
  }
}

/** Area of a ring by the shoelace formula, in square units: positive where it runs counter-clockwise with y upward. */
export function signedArea(ring: readonly Position[]): number {
  let twice = 0;
  for (const [index, [x1, y1]] of ring.entries()) {
    const [x2, y2] = ring[(index + 1) % ring.length] ?? [x1, y1];
    twice += x1 * y2 - x2 * y1;
  }
  return twice / 2;
}

/** True where a shape is nothing but the outline of a box with sides along the axes, wherever its ring begins. */
export function isBoxOutline(geometry: Geometry): boolean {
  if (geometry.type !== "Polygon" || geometry.coordinates.length !== 1) return false;
  const ring = geometry.coordinates[0] ?? [];
  if (ring.length !== 5) return false;
  const [left, top, width, height] = boundsOfGeometry(geometry);
  const corners = new Set(ring.map(([x, y]) => `${x},${y}`));
  const expected = ringOfBox([left, top, width, height]).slice(0, 4);
  // Four distinct corners in a row, each step along one axis: a bow tie has the corners too.
  const alongAxes = ring.every(([x, y], index) => {
    const [nextX, nextY] = ring[index + 1] ?? [x, y];
    return x === nextX || y === nextY;
  });
  return alongAxes && width > 0 && height > 0 && corners.size === 4 && ring.every(([x, y]) => isCorner(x, y, expected));
}

function isCorner(x: number, y: number, corners: readonly Position[]): boolean {
  return corners.some(([cornerX, cornerY]) => Math.abs(x - cornerX) < 1e-9 && Math.abs(y - cornerY) < 1e-9);
}

/** The ring, closed: its last position repeats its first. */
export function closedRing(ring: readonly Position[]): Position[] {
  const [first, last] = [ring[0], ring.at(-1)];
  if (!first || !last) return [];
  return first[0] === last[0] && first[1] === last[1] ? [...ring] : [...ring, first];
}
