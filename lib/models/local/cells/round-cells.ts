import { boundsOfGeometry, type Position } from "#lib/core/geometry/shape.ts";
import { centreVotes, peaksOf } from "#lib/core/raster/centre-votes.ts";
import { visitInside } from "#lib/core/raster/outline.ts";
import type { Mask, Raster } from "#lib/core/raster/raster.ts";
import { blurred } from "#lib/core/raster/smooth.ts";
import { direction, RAYS, ringOfStar, type StarOutline, slopesOf, starOutline } from "#lib/core/raster/star-outline.ts";

/** A round cell, its lengths in pixels of the raster it was found in. */
export type RoundCell = {
  centre: Position;
  /** Closed outline, clipped to the picture. */
  ring: Position[];
  meanRadius: number;
  /** 0…1: how likely somebody who counts cells would count it. */
  score: number;
  /** Part of the rays whose edge lies in the picture, 0…1. */
  seen: number;
};

export type RoundCellRequest = {
  /** Optical density: higher in cells. */
  density: Raster;
  /** Where anything is at all. */
  stained: Mask;
  /** The optical density of a cell beside nothing, by which edges are judged. */
  fullDensity: number;
  /** Likeliest diameter in pixels. */
  diameter: number;
  /** Pixels that are something else. */
  taken: (index: number) => boolean;
};

/** Edges under this part of a full one count as none. */
const WEAK_EDGE = 0.4;
/** A cell of which others cover more than this part, or whose centre lies nearer than this part of a diameter, is one of those again. */
const COVERED = 0.45;
const NEAR = 0.4;
/** A contour runs along the steepest place of an edge, a cell ends at its foot: so much further out, in diameters. */
const FOOT = 0.02;
/** An edge over this part of a diameter is a sharp one. */
const EDGE_WIDTH = 1 / 2.2;

/**
 * Finds round cells that may touch and overlap: edges vote for centres, an outline is fitted round each, and of those that tell the same
 * cell the likeliest stays. Each is judged by its own surroundings alone.
 */
export function roundCells(request: RoundCellRequest): RoundCell[] {
  const { density, diameter } = request;
  const candidates = candidatesOf(request).sort(
    (a, b) => b.score - a.score || a.centre[1] - b.centre[1] || a.centre[0] - b.centre[0],
  );
  const covered = new Uint8Array(density.data.length);
  const kept: RoundCell[] = [];
  for (const { traits, ...cell } of candidates) {
    let [area, shared] = [0, 0];
    visitInside(cell.ring, density, (from, to) => {
      area += to - from;
      for (let index = from; index < to; index++) shared += covered[index] ?? 0;
    });
    const isAgain = kept.some(
      ({ centre: [x, y] }) => Math.hypot(x - cell.centre[0], y - cell.centre[1]) < NEAR * diameter,
    );
    if (area === 0 || shared > COVERED * area || isAgain) continue;
    visitInside(cell.ring, density, (from, to) => covered.fill(1, from, to));
    kept.push({ ...cell, score: likelihood(traits, shared / area) });
  }
  return kept;
}

type Candidate = RoundCell & { traits: Traits };

function candidatesOf({ density, stained, fullDensity, diameter, taken }: RoundCellRequest): Candidate[] {
  const slopes = slopesOf(blurred(density, 0.02 * diameter));
  const fullSlope = fullDensity / (EDGE_WIDTH * diameter);
  const votes = centreVotes(slopes, {
    shortest: 0.36 * diameter,
    longest: 0.64 * diameter,
    leastSlope: fullSlope / 4,
    fullSlope,
  });
  const radii = { shortest: 0.28 * diameter, longest: 0.8 * diameter, likeliest: 0.5 * diameter };
  return peaksOf(votes, 0.16 * diameter, LEAST_VOTES).flatMap(({ at: centre }): Candidate[] => {
    const star = starOutline(slopes, { centre, ...radii, fullSlope });
    const ring = ringOfStar(
      centre,
      star.radii.map((radius) => radius + FOOT * diameter),
      density,
    );
    let [area, other] = [0, 0];
    visitInside(ring, density, (from, to) => {
      area += to - from;
      for (let index = from; index < to; index++) other += Number(taken(index));
    });
    if (area === 0 || other > 0.3 * area) return [];
    const traits = traitsOf({ centre, star, ring, stained, diameter });
    const { meanRadius, seen } = traits;
    return [{ centre, ring, meanRadius, seen, score: likelihood(traits, 0), traits }];
  });
}

/** Votes under this are noise: a hundredth of a whole circle, spread as `centreVotes` spreads it. */
const LEAST_VOTES = 0.0004;

type Traits = {
  meanRadius: number;
  seen: number;
  /** Mean edge of what is seen, 0…1. */
  support: number;
  /** Longest run of rays without an edge, and part of the rays beyond whose edge nothing lies, 0…1. */
  gap: number;
  outside: number;
  /** Shorter over longer side. */
  aspect: number;
  /** Mean radius over the likeliest, in octaves. */
  size: number;
};

type Fitted = { centre: Position; star: StarOutline; ring: Position[]; stained: Mask; diameter: number };

function traitsOf({ centre, star: { radii, edges }, ring, stained, diameter }: Fitted): Traits {
  let [seen, support, outside, gap, longest] = [0, 0, 0, 0, 0];
  for (let turn = 0; turn < 2 * RAYS; turn++) {
    const ray = turn % RAYS;
    const edge = edges[ray] ?? 0;
    gap = edge >= WEAK_EDGE ? 0 : gap + 1;
    longest = Math.max(longest, Math.min(gap, RAYS));
    if (turn >= RAYS) continue;
    if (!Number.isNaN(edge)) {
      seen++;
      support += edge;
    }
    const [cos, sin] = direction(ray);
    const beyond = (radii[ray] ?? 0) + 0.12 * diameter;
    const [x, y] = [Math.floor(centre[0] + beyond * cos), Math.floor(centre[1] + beyond * sin)];
    const isInside = x >= 0 && y >= 0 && x < stained.width && y < stained.height;
    if (isInside && stained.data[y * stained.width + x] === 0) outside++;
  }
  const meanRadius = radii.reduce((sum, radius) => sum + radius, 0) / RAYS;
  const [, , width, height] = boundsOfGeometry({ type: "Polygon", coordinates: [ring] });
  return {
    meanRadius,
    seen: seen / RAYS,
    support: seen > 0 ? support / seen : 0,
    gap: longest / RAYS,
    outside: outside / RAYS,
    aspect: Math.min(width, height) / Math.max(width, height, 1),
    size: Math.log2(meanRadius / (diameter / 2)),
  };
}

/**
 * A logistic regression of whether people marked the cell, fitted to 15 of the BCCD smears and checked on 15 others, with F1 within 0.02
 * of each other. Mostly it says: a closed edge, free standing, whole, of the usual size.
 */
function likelihood({ support, gap, outside, seen, aspect, size }: Traits, covered: number): number {
  const evidence =
    5.2 * support -
    3 * gap +
    3.3 * outside -
    2.4 * covered +
    0.6 * seen -
    2.8 * Math.max(0, 0.75 - aspect) -
    2 * Math.abs(size);
  return 1 / (1 + Math.exp(6 - evidence));
}
