import type { Position } from "./shape.ts";

/** Length of a path from its first position to its last, in units of its plane. */
export function pathLength(path: readonly Position[]): number {
  let length = 0;
  for (const [index, [x, y]] of path.slice(1).entries()) {
    const [fromX, fromY] = path[index] ?? [x, y];
    length += Math.hypot(x - fromX, y - fromY);
  }
  return length;
}

/** Distance of a position from the straight line between two others. */
export function distanceToSegment([x, y]: Position, [ax, ay]: Position, [bx, by]: Position): number {
  const [dx, dy] = [bx - ax, by - ay];
  const squared = dx * dx + dy * dy;
  const part = squared === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / squared));
  return Math.hypot(x - ax - part * dx, y - ay - part * dy);
}

/**
 * The path without positions that lie within `tolerance` of the line through their neighbours (Ramer 1972, Douglas & Peucker 1973). The
 * first and the last stay.
 */
export function simplified(path: readonly Position[], tolerance: number): Position[] {
  const keep = new Uint8Array(path.length);
  keep[0] = 1;
  keep[path.length - 1] = 1;
  const parts: [number, number][] = [[0, path.length - 1]];
  for (let part = parts.pop(); part; part = parts.pop()) {
    const [first, last] = part;
    const farthest = farthestFrom(path, first, last);
    if (farthest === null || farthest.distance <= tolerance) continue;
    keep[farthest.at] = 1;
    parts.push([first, farthest.at], [farthest.at, last]);
  }
  return path.filter((_, at) => keep[at] === 1);
}

function farthestFrom(path: readonly Position[], first: number, last: number): { at: number; distance: number } | null {
  const [from, to] = [path[first], path[last]];
  if (!from || !to) return null;
  let farthest: { at: number; distance: number } | null = null;
  for (let at = first + 1; at < last; at += 1) {
    const position = path[at];
    const distance = position ? distanceToSegment(position, from, to) : 0;
    if (farthest === null || distance > farthest.distance) farthest = { at, distance };
  }
  return farthest;
}

/** A closed ring made simpler, with at least three corners; its farthest two positions stay, so that it does not collapse. */
export function simplifiedRing(ring: readonly Position[], tolerance: number): Position[] {
  const first = ring[0];
  if (!first || ring.length < 5) return [...ring];
  let middle = 1;
  for (const [at, [x, y]] of ring.entries()) {
    const [bestX, bestY] = ring[middle] ?? first;
    if (Math.hypot(x - first[0], y - first[1]) > Math.hypot(bestX - first[0], bestY - first[1])) middle = at;
  }
  const there = simplified(ring.slice(0, middle + 1), tolerance);
  const back = simplified(ring.slice(middle), tolerance);
  const whole = [...there, ...back.slice(1)];
  return whole.length >= 4 ? whole : [...ring];
}
