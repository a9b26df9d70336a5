import { connectedParts, extentsOf, touchesEdge } from "#lib/core/raster/components.ts";
import { atLeast, type Labels, type Raster } from "#lib/core/raster/raster.ts";
import { measureShapes } from "#lib/core/raster/shape-measures.ts";

export type Roundness = { leastArea: number; solidity: number; eccentricity: number };

/** The middle diameter of the connected parts from a threshold on, see `middleDiameter`. */
export function diameterFrom(signals: readonly Raster[], threshold: number, round: Roundness): number | null {
  return middleDiameter(
    signals.map((signal) => connectedParts(atLeast(signal, threshold))),
    round,
  );
}

/**
 * The middle diameter in pixels of what is convex, roundish and whole among objects; by area, so that specks, however many, count little.
 * Null where nothing is.
 */
export function middleDiameter(
  objects: readonly Labels[],
  { leastArea, solidity, eccentricity }: Roundness,
): number | null {
  const areas: number[] = [];
  for (const labels of objects) {
    const extents = extentsOf(labels);
    for (const [at, shape] of measureShapes(labels).entries()) {
      const extent = extents[at];
      const isRound = shape.area >= leastArea && shape.solidity >= solidity && shape.eccentricity <= eccentricity;
      if (extent && isRound && !touchesEdge(extent, labels)) areas.push(shape.area);
    }
  }
  areas.sort((a, b) => a - b);
  let left = areas.reduce((sum, area) => sum + area, 0) / 2;
  for (const area of areas) {
    left -= area;
    if (left <= 0) return 2 * Math.sqrt(area / Math.PI);
  }
  return null;
}
