import { boundsOfGeometry, type Position } from "../geometry/shape.ts";
import type { Extent } from "./components.ts";
import type { Labels, Mask } from "./raster.ts";

/** Right, down, left, up: a turn to the right is the next. */
const STEPS = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
] as const;

/**
 * The outer outline of an object along the edges of its pixels: a closed ring of corners (the last repeats the first), clockwise on
 * screen from the left end of its first row. Holes are not told. Where only corners touch, the outline goes round both sides: an object whose
 * pixels connect by their edges is told whole.
 */
export function outlineOf({ width, height, data }: Labels, label: number, extent: Extent): Position[] {
  const inside = (x: number, y: number): boolean =>
    x >= 0 && y >= 0 && x < width && y < height && data[y * width + x] === label;
  let startX = extent.left;
  while (startX < extent.right && !inside(startX, extent.top)) startX++;
  const ring: Position[] = [[startX, extent.top]];
  let [x, y, heading] = [startX, extent.top, 0];
  do {
    const [stepX, stepY] = STEPS[heading] ?? STEPS[0];
    x += stepX;
    y += stepY;
    // The two pixels ahead: left and right of the way.
    const left = ahead(x, y, heading, "left");
    const right = ahead(x, y, heading, "right");
    if (!inside(...right)) heading = turn(heading, 1, ring, x, y);
    else if (inside(...left)) heading = turn(heading, 3, ring, x, y);
  } while (x !== startX || y !== extent.top || heading !== 0);
  // The walk may end within the first edge's direction: the start is a corner of its own.
  const last = ring.at(-1);
  if (!last || last[0] !== startX || last[1] !== extent.top) ring.push([startX, extent.top]);
  return ring;
}

function turn(heading: number, by: number, ring: Position[], x: number, y: number): number {
  ring.push([x, y]);
  return (heading + by) % 4;
}

/** The pixel ahead of a corner on one side of the way. Clockwise: the object lies to the right. */
function ahead(x: number, y: number, heading: number, side: "left" | "right"): [x: number, y: number] {
  const isRight = side === "right";
  switch (heading) {
    case 0:
      return [x, isRight ? y : y - 1];
    case 1:
      return [isRight ? x - 1 : x, y];
    case 2:
      return [x - 1, isRight ? y - 1 : y];
    default:
      return [isRight ? x : x - 1, y - 1];
  }
}

/** Calls `visit(from, to)` for each run of pixels, as indices, whose centres lie inside a closed ring (even-odd rule) and in the picture. */
export function visitInside(
  ring: readonly Position[],
  { width, height }: { width: number; height: number },
  visit: (from: number, to: number) => void,
): void {
  const [, top, , tall] = boundsOfGeometry({ type: "Polygon", coordinates: [[...ring]] });
  for (let y = Math.max(0, Math.floor(top)); y < Math.min(height, Math.ceil(top + tall)); y++) {
    const crossings = crossingsOf(ring, y + 0.5);
    for (let pair = 0; pair + 1 < crossings.length; pair += 2) {
      const from = Math.max(0, Math.ceil((crossings[pair] ?? 0) - 0.5));
      const to = Math.min(width, Math.ceil((crossings[pair + 1] ?? 0) - 0.5));
      if (to > from) visit(y * width + from, y * width + to);
    }
  }
}

/** The mask of the pixels whose centres lie inside a closed ring (even-odd rule). */
export function fillRing(ring: readonly Position[], { width, height }: { width: number; height: number }): Mask {
  const data = new Uint8Array(width * height);
  visitInside(ring, { width, height }, (from, to) => data.fill(1, from, to));
  return { width, height, data };
}

function crossingsOf(ring: readonly Position[], y: number): number[] {
  const crossings: number[] = [];
  for (let index = 0; index + 1 < ring.length; index++) {
    const [x1, y1] = ring[index] ?? [0, 0];
    const [x2, y2] = ring[index + 1] ?? [0, 0];
    if (y1 <= y !== y2 <= y) crossings.push(x1 + ((y - y1) / (y2 - y1)) * (x2 - x1));
  }
  return crossings.sort((a, b) => a - b);
}

/**
 * Leaves out positions of a closed ring that lie within `tolerance` of the line between those that stay (Douglas & Peucker 1973). A ring
 * that would lose its area stays as it is.
 */
export function simplified(ring: readonly Position[], tolerance: number): Position[] {
  if (ring.length < 6) return [...ring];
  const [first] = ring;
  let far = 0;
  let farthest = -1;
  for (const [index, position] of ring.entries()) {
    const away = first ? Math.hypot(position[0] - first[0], position[1] - first[1]) : 0;
    if (away > farthest) [far, farthest] = [index, away];
  }
  const keeps = new Uint8Array(ring.length);
  keeps[0] = keeps[far] = keeps[ring.length - 1] = 1;
  const spans: [number, number][] = [
    [0, far],
    [far, ring.length - 1],
  ];
  for (let span = spans.pop(); span; span = spans.pop()) {
    const bend = bendOf(ring, span);
    if (bend.away <= tolerance) continue;
    keeps[bend.index] = 1;
    spans.push([span[0], bend.index], [bend.index, span[1]]);
  }
  const kept = ring.filter((_, index) => keeps[index] === 1);
  return kept.length >= 4 ? kept : [...ring];
}

function bendOf(ring: readonly Position[], [from, to]: readonly [number, number]): { index: number; away: number } {
  const [x1, y1] = ring[from] ?? [0, 0];
  const [x2, y2] = ring[to] ?? [0, 0];
  const length = Math.hypot(x2 - x1, y2 - y1);
  let bend = { index: from, away: -1 };
  for (let index = from + 1; index < to; index++) {
    const [x, y] = ring[index] ?? [0, 0];
    const away =
      length > 0 ? Math.abs((x2 - x1) * (y1 - y) - (x1 - x) * (y2 - y1)) / length : Math.hypot(x - x1, y - y1);
    if (away > bend.away) bend = { index, away };
  }
  return bend;
}
