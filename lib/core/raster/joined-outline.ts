import type { Geometry } from "../detection/finding.ts";
import { boundsOfGeometry, polygonsOf } from "../geometry/shape.ts";
import { connectedParts, extentsOf } from "./components.ts";
import { outlineOf, simplified, visitInside } from "./outline.ts";

/** Shapes are joined on a grid of at most so many cells each way, one a pixel where that is enough. */
const MOST_CELLS = 512;

/**
 * What several shapes cover together, without holes: drawn on a grid of whole pixels (coarser for what is larger than 512) and traced again. Null where none
 * of them has area.
 */
export function joinedOutline(shapes: readonly Geometry[]): Geometry | null {
  const rings = shapes.flatMap(polygonsOf).flatMap(([outer]) => (outer ? [outer] : []));
  if (rings.length === 0) return null;
  const [left, top, width, height] = boundsOfGeometry({ type: "Polygon", coordinates: rings });
  const [x0, y0] = [Math.floor(left), Math.floor(top)];
  const cell = Math.max(1, Math.max(left + width - x0, top + height - y0) / MOST_CELLS);
  const size = {
    width: Math.max(1, Math.ceil((left + width - x0) / cell)),
    height: Math.max(1, Math.ceil((top + height - y0) / cell)),
  };
  const mask = { ...size, data: new Uint8Array(size.width * size.height) };
  for (const ring of rings) {
    const onGrid = ring.map(([x, y]): [number, number] => [(x - x0) / cell, (y - y0) / cell]);
    visitInside(onGrid, size, (from, to) => mask.data.fill(1, from, to));
  }
  const parts = connectedParts(mask);
  const outlines = extentsOf(parts).map((extent, at) =>
    simplified(outlineOf(parts, at + 1, extent), 0.6).map(([x, y]): [number, number] => [x0 + x * cell, y0 + y * cell]),
  );
  const [only] = outlines;
  if (!only) return null;
  if (outlines.length === 1) return { type: "Polygon", coordinates: [only] };
  return { type: "MultiPolygon", coordinates: outlines.map((outline) => [outline]) };
}
