import type { Position } from "../geometry/shape.ts";
import { type Raster, raster } from "./raster.ts";
import { blurred } from "./smooth.ts";
import type { Slopes } from "./star-outline.ts";

export type VoteRequest = {
  /** Radii of the round things that are looked for, in pixels. */
  readonly shortest: number;
  readonly longest: number;
  /** Only slopes at least this steep vote; a steeper one up to `fullSlope` has more weight. */
  readonly leastSlope: number;
  readonly fullSlope: number;
};

/**
 * Where centres of round things lie: each edge votes for the places at the given distances uphill of it (the Hough transform for circles with
 * gradients, Kimme, Ballard & Sklansky 1975). 1 would be a whole circle of full edges.
 */
export function centreVotes({ x: slopeX, y: slopeY }: Slopes, request: VoteRequest): Raster {
  const { shortest, longest, leastSlope, fullSlope } = request;
  const { width, height } = slopeX;
  const votes = raster(width, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const index = y * width + x;
      const [across, down] = [slopeX.data[index] ?? 0, slopeY.data[index] ?? 0];
      const slope = Math.hypot(across, down);
      if (slope < leastSlope) continue;
      const weight = Math.min(1, slope / fullSlope) / (2 * Math.PI);
      for (let radius = shortest; radius <= longest; radius++) {
        const [toX, toY] = [Math.round(x + (radius * across) / slope), Math.round(y + (radius * down) / slope)];
        if (toX < 0 || toY < 0 || toX >= width || toY >= height) continue;
        votes.data[toY * width + toX] = (votes.data[toY * width + toX] ?? 0) + weight / radius;
      }
    }
  }
  return blurred(votes, Math.max(1, shortest / 6));
}

/** The pixels that no neighbour within `reach` pixels is higher than, at least `least` high; highest first, then by place. */
export function peaksOf(
  { width, height, data }: Raster,
  reach: number,
  least: number,
): { at: Position; height: number }[] {
  const order = [...data.keys()].filter((index) => (data[index] ?? 0) >= least);
  order.sort((a, b) => (data[b] ?? 0) - (data[a] ?? 0) || a - b);
  const taken = new Uint8Array(data.length);
  const peaks: { at: Position; height: number }[] = [];
  const radius = Math.max(1, Math.round(reach));
  for (const index of order) {
    if (taken[index]) continue;
    const x = index % width;
    const y = (index - x) / width;
    if (isPeak(data, width, height, index)) peaks.push({ at: [x + 0.5, y + 0.5], height: data[index] ?? 0 });
    else continue;
    for (let row = Math.max(0, y - radius); row <= Math.min(height - 1, y + radius); row++) {
      const half = Math.floor(Math.sqrt(radius * radius - (row - y) ** 2));
      taken.fill(1, row * width + Math.max(0, x - half), row * width + Math.min(width, x + half + 1));
    }
  }
  return peaks;
}

function isPeak(data: Float32Array, width: number, height: number, index: number): boolean {
  const x = index % width;
  const y = (index - x) / width;
  for (let dy = -1; dy <= 1; dy++) {
    for (let dx = -1; dx <= 1; dx++) {
      if (x + dx < 0 || y + dy < 0 || x + dx >= width || y + dy >= height) continue;
      if ((data[index + dy * width + dx] ?? 0) > (data[index] ?? 0)) return false;
    }
  }
  return true;
}
