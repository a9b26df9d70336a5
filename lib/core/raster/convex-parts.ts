import { connectedParts, extentsOf, fillHoles } from "./components.ts";
import { distanceInside } from "./distance.ts";
import { type Labels, maskWhere, type Raster } from "./raster.ts";
import { measureShapes } from "./shape-measures.ts";
import { blurred } from "./smooth.ts";
import { watershed } from "./watershed.ts";

export type ConvexRequest = {
  /** Rising thresholds; the first decides what belongs to anything at all. */
  levels: readonly number[];
  /** Pixels of the smallest and the largest thing that is looked for. */
  leastArea: number;
  mostArea: number;
  /** Area over that of the convex hull from which on a part is one thing. */
  solidity: number;
};

/** Where a hill's lower neighbour rises by less than this part of its height above the pass between them, both are one. */
const NECK = 0.08;
/** The same in pixels, for what is small: the steps of an outline are no necks. */
const LEAST_NECK = 0.55;
/** What is smaller than the least on a higher level, down to this part of it, may still be the core of something on the lower one. */
const CORE = 0.5;

/**
 * Takes a raster apart into convex things. From the lowest threshold upward each connected part is taken as one thing where it is convex
 * and small enough; else it is parted at its necks, and what is no thing even then is looked at above the next threshold, so that bright
 * things in front of dim ones, and dark ones in a dark ground, come apart at the level that suits them. What is found on a higher level then
 * grows back through its part of the lowest one. Labels are in order of place.
 */
export function convexParts(source: Raster, request: ConvexRequest): Labels {
  const { width, height } = source;
  const data = new Int32Array(width * height);
  let count = 0;
  for (const part of partsAbove(source, null, request.levels[0] ?? 0, request.leastArea)) {
    const seeds = thingsIn(source, part, 0, request);
    const labels = grown(source, part, seeds);
    const areas = areasOf(labels, seeds.length);
    const renamed = areas.map((area) => (area >= request.leastArea ? ++count : 0));
    for (const [index, label] of labels.entries()) {
      if (label > 0) data[placeOf(part, index, width)] = renamed[label - 1] ?? 0;
    }
  }
  return { width, height, data, count };
}

/** Some pixels of a raster: those that `inside` marks of a rectangle. */
type Part = { left: number; top: number; width: number; height: number; inside: Uint8Array; area: number };

function placeOf({ left, top, width }: Part, index: number, wholeWidth: number): number {
  const x = index % width;
  return ((index - x) / width + top) * wholeWidth + x + left;
}

/** The connected parts of what reaches a threshold, within a part or in all of the raster, small holes filled. */
function partsAbove(source: Raster, within: Part | null, threshold: number, leastHole: number): Part[] {
  const frame = within ?? { left: 0, top: 0, width: source.width, height: source.height, inside: null };
  const reaching = maskWhere(frame, (index) => {
    const x = index % frame.width;
    const place = ((index - x) / frame.width + frame.top) * source.width + x + frame.left;
    return (frame.inside === null || frame.inside[index] === 1) && (source.data[place] ?? 0) >= threshold;
  });
  const labels = connectedParts(fillHoles(reaching, ({ area }) => area < leastHole));
  return cutOut(labels, frame);
}

/** Each object as a part of its own, in a frame that lies at `left` and `top`. */
function cutOut(labels: Labels, { left, top }: { left: number; top: number }): Part[] {
  return extentsOf(labels).map((extent, at): Part => {
    const [width, height] = [extent.right - extent.left, extent.bottom - extent.top];
    const { data: inside } = maskWhere({ width, height }, (index) => {
      const x = index % width;
      return labels.data[((index - x) / width + extent.top) * labels.width + x + extent.left] === at + 1;
    });
    return { left: left + extent.left, top: top + extent.top, width, height, inside, area: extent.area };
  });
}

/** The things in a part, from a level upward. */
function thingsIn(source: Raster, part: Part, level: number, request: ConvexRequest): Part[] {
  if (isThing(part, request)) return [part];
  return atNecks(part).flatMap((piece) => {
    if (isThing(piece, request) || level + 1 >= request.levels.length) return [piece];
    const threshold = request.levels[level + 1] ?? Infinity;
    const higher = partsAbove(source, piece, threshold, request.leastArea).filter(
      ({ area }) => area >= CORE * request.leastArea,
    );
    return higher.length > 0 ? higher.flatMap((each) => thingsIn(source, each, level + 1, request)) : [piece];
  });
}

function isThing(part: Part, { mostArea, solidity }: ConvexRequest): boolean {
  if (part.area > mostArea) return false;
  const [shape] = measureShapes({ ...part, data: Int32Array.from(part.inside), count: 1 });
  return (shape?.solidity ?? 0) >= solidity;
}

function atNecks(part: Part): Part[] {
  // A frame of one pixel: beyond it the part does not go on, as it may beyond the edge of a picture.
  const size = { width: part.width + 2, height: part.height + 2 };
  const framed = maskWhere(size, (index) => {
    const x = (index % size.width) - 1;
    const y = Math.floor(index / size.width) - 1;
    return x >= 0 && y >= 0 && x < part.width && y < part.height && part.inside[y * part.width + x] === 1;
  });
  const depth = blurred(distanceInside(framed), 0.7);
  const heights = depth.data.map((value, index) => (framed.data[index] ? Math.max(0.01, value) : 0));
  const hills = watershed(
    { ...depth, data: heights },
    (lower, pass) => lower - pass < Math.max(LEAST_NECK, NECK * lower),
  );
  return cutOut(hills, { left: part.left - 1, top: part.top - 1 });
}

/** Lets things grow through the part they were found in, always into the highest pixel next to one; labels of the part's frame. */
function grown(source: Raster, part: Part, seeds: readonly Part[]): Int32Array {
  const labels = new Int32Array(part.width * part.height);
  for (const [at, seed] of seeds.entries()) {
    for (const [index, inside] of seed.inside.entries()) {
      const x = (index % seed.width) + seed.left - part.left;
      const y = Math.floor(index / seed.width) + seed.top - part.top;
      if (inside) labels[y * part.width + x] = at + 1;
    }
  }
  const heightOf = (index: number): number => source.data[placeOf(part, index, source.width)] ?? 0;
  const queue = rankedQueue(part, heightOf);
  const offer = (from: number): void => {
    for (const next of [from - 1, from + 1, from - part.width, from + part.width]) {
      const isBeside = Math.abs((next % part.width) - (from % part.width)) <= 1;
      if (!isBeside || part.inside[next] !== 1 || labels[next] !== 0) continue;
      labels[next] = labels[from] ?? 0;
      queue.add(next);
    }
  };
  // A copy: what is offered is labelled, and would be offered from again before its turn.
  for (const [index, label] of labels.slice().entries()) if (label > 0) offer(index);
  for (let next = queue.take(); next !== undefined; next = queue.take()) offer(next);
  return labels;
}

const RANKS = 64;

/** Gives indices back highest first, in so many ranks; within a rank in the order in which they came. */
function rankedQueue(part: Part, heightOf: (index: number) => number) {
  let [low, high] = [Infinity, -Infinity];
  for (const [index, inside] of part.inside.entries()) {
    if (!inside) continue;
    low = Math.min(low, heightOf(index));
    high = Math.max(high, heightOf(index));
  }
  const ranks = Array.from({ length: RANKS }, () => ({ indices: [] as number[], head: 0 }));
  let current = -1;
  return {
    add(index: number): void {
      const rank = Math.min(RANKS - 1, Math.floor(((heightOf(index) - low) / (high - low || 1)) * RANKS));
      ranks[rank]?.indices.push(index);
      current = Math.max(current, rank);
    },
    take(): number | undefined {
      for (; current >= 0; current--) {
        const rank = ranks[current];
        if (rank && rank.head < rank.indices.length) return rank.indices[rank.head++];
      }
      return undefined;
    },
  };
}

function areasOf(labels: Int32Array, count: number): number[] {
  const areas = Array.from({ length: count }, () => 0);
  for (const label of labels) if (label > 0) areas[label - 1] = (areas[label - 1] ?? 0) + 1;
  return areas;
}
