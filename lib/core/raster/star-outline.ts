import type { Position } from "../geometry/shape.ts";
import { type Raster, raster } from "./raster.ts";

/** Slopes of a raster along x and y, in its unit a pixel (central differences; the edge is repeated outward). */
export type Slopes = { readonly x: Raster; readonly y: Raster };

/** The slopes of a raster. */
export function slopesOf(source: Raster): Slopes {
  const { width, height, data } = source;
  const slopes = { x: raster(width, height), y: raster(width, height) };
  for (let y = 0; y < height; y++) {
    const [above, below] = [Math.max(0, y - 1) * width, Math.min(height - 1, y + 1) * width];
    for (let x = 0; x < width; x++) {
      const [left, right] = [Math.max(0, x - 1), Math.min(width - 1, x + 1)];
      slopes.x.data[y * width + x] = ((data[y * width + right] ?? 0) - (data[y * width + left] ?? 0)) / 2;
      slopes.y.data[y * width + x] = ((data[below + x] ?? 0) - (data[above + x] ?? 0)) / 2;
    }
  }
  return slopes;
}

export type StarRequest = {
  readonly centre: Position;
  /** Radii that are tried, in whole pixels, and the one that is likeliest. */
  readonly shortest: number;
  readonly longest: number;
  readonly likeliest: number;
  /** A fall of this much a pixel is an edge beyond doubt. */
  readonly fullSlope: number;
};

export type StarOutline = {
  /** Radius of each ray in pixels, from the right clockwise on screen. */
  readonly radii: Float32Array;
  /** How much of an edge lies on each ray at its radius, 0…1; not-a-number where that lies outside the picture. */
  readonly edges: Float32Array;
};

/** How many rays go out from a centre. */
export const RAYS = 40;
/** What a pixel of change from ray to ray costs, and what being half or twice the likeliest radius does, in edges. */
const BEND_COST = 0.12;
const SIZE_COST = 0.3;
/** What a place outside the picture counts for: as little as nothing is known. */
const UNSEEN = 0.35;

/**
 * The closed outline round a centre along which a raster falls most steeply outward, by dynamic programming over rays: neighbouring radii
 * differ by at most one step (Blackmore's polar "live wire"). It follows a cell's own edge also where another lies over it.
 */
export function starOutline({ x: slopeX, y: slopeY }: Slopes, request: StarRequest): StarOutline {
  const { centre, shortest, longest, likeliest, fullSlope } = request;
  const steps = Math.max(1, Math.round(longest - shortest) + 1);
  const gains = new Float32Array(RAYS * steps);
  const edges = new Float32Array(RAYS * steps);
  const sizeGains = Float32Array.from(
    { length: steps },
    (_, step) => -SIZE_COST * Math.log2((shortest + step) / likeliest) ** 2,
  );
  for (let ray = 0; ray < RAYS; ray++) {
    const [cos, sin] = direction(ray);
    for (let step = 0; step < steps; step++) {
      const radius = shortest + step;
      const x = Math.floor(centre[0] + radius * cos);
      const y = Math.floor(centre[1] + radius * sin);
      const outside = x < 0 || y < 0 || x >= slopeX.width || y >= slopeX.height;
      const index = y * slopeX.width + x;
      const fall = outside ? 0 : -((slopeX.data[index] ?? 0) * cos + (slopeY.data[index] ?? 0) * sin);
      const edge = outside ? Number.NaN : Math.min(1, Math.max(0, fall / fullSlope));
      edges[ray * steps + step] = edge;
      gains[ray * steps + step] = (outside ? UNSEEN : edge) + (sizeGains[step] ?? 0);
    }
  }
  // A first round is open; the second begins and ends at a radius that the first, far from its ends, has settled on.
  const half = RAYS / 2;
  const open = bestPath(gains, steps, 0, null);
  const closed = bestPath(gains, steps, half, open[half] ?? 0);
  const radii = new Float32Array(RAYS);
  const chosen = new Float32Array(RAYS);
  for (let turn = 0; turn < RAYS; turn++) {
    const ray = (half + turn) % RAYS;
    const step = closed[turn] ?? 0;
    radii[ray] = shortest + step;
    chosen[ray] = edges[ray * steps + step] ?? 0;
  }
  return { radii, edges: chosen };
}

/** The path of most gain through all rays from ray `first` on; with `fixed` it begins and ends there (within a step). */
function bestPath(gains: Float32Array, steps: number, first: number, fixed: number | null): Int32Array {
  const from = new Int32Array(RAYS * steps);
  let best = new Float32Array(steps).fill(fixed === null ? 0 : -Infinity);
  for (let step = 0; step < steps; step++) {
    if (fixed === null || step === fixed) best[step] = gains[first * steps + step] ?? 0;
  }
  for (let turn = 1; turn < RAYS; turn++) {
    const ray = (first + turn) % RAYS;
    const next = new Float32Array(steps);
    for (let step = 0; step < steps; step++) {
      let [most, came] = [best[step] ?? 0, step];
      const down = (best[step - 1] ?? -Infinity) - BEND_COST;
      const up = (best[step + 1] ?? -Infinity) - BEND_COST;
      if (down > most) [most, came] = [down, step - 1];
      if (up > most) [most, came] = [up, step + 1];
      from[turn * steps + step] = came;
      next[step] = most + (gains[ray * steps + step] ?? 0);
    }
    best = next;
  }
  let end = 0;
  for (let step = 0; step < steps; step++) {
    const allowed = fixed === null || Math.abs(step - fixed) <= 1;
    const endAllowed = fixed === null || Math.abs(end - fixed) <= 1;
    if (allowed && (!endAllowed || (best[step] ?? 0) > (best[end] ?? 0))) end = step;
  }
  const path = new Int32Array(RAYS);
  for (let turn = RAYS - 1; turn >= 0; turn--) {
    path[turn] = end;
    end = from[turn * steps + end] ?? 0;
  }
  return path;
}

/** Where a ray goes, as a step of one pixel. */
export function direction(ray: number): readonly [x: number, y: number] {
  const angle = (2 * Math.PI * ray) / RAYS;
  return [Math.cos(angle), Math.sin(angle)];
}

/** The closed ring of a star, clipped to a picture. */
export function ringOfStar(
  centre: Position,
  radii: Float32Array,
  { width, height }: { width: number; height: number },
): Position[] {
  const ring = Array.from(radii, (radius, ray): Position => {
    const [cos, sin] = direction(ray);
    return [
      Math.min(width, Math.max(0, centre[0] + radius * cos)),
      Math.min(height, Math.max(0, centre[1] + radius * sin)),
    ];
  });
  const [first] = ring;
  return first ? [...ring, first] : [];
}
