import { type Box, box } from "../geometry/box.ts";
import type { Geometry } from "./finding.ts";

function positions(geometry: Geometry): readonly (readonly [number, number])[] {
  switch (geometry.type) {
    case "Point":
      return [geometry.coordinates];
    case "LineString":
      return geometry.coordinates;
    case "Polygon":
      return geometry.coordinates.flat();
    case "MultiPolygon":
      return geometry.coordinates.flat(2);
  }
}

/** The smallest box around a shape, in level-0 pixels. */
export function geometryBounds(geometry: Geometry): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of positions(geometry)) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x);
    bottom = Math.max(bottom, y);
  }
  return box(left, top, right - left, bottom - top);
}
