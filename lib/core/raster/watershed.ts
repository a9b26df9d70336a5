import type { Labels, Raster } from "./raster.ts";

/** Heights are told apart in so many steps. */
const STEPS = 4096;

/** Whether a basin of height `lower` at its peak goes into a higher one that it meets at height `saddle`. */
export type Joins = (lower: number, saddle: number) => boolean;

/**
 * Parts the pixels of positive height into the hills they belong to: from the peaks downward each pixel goes to a hill that it touches,
 * and where two hills meet, the lower one goes into the higher if `joins` says so (by the "dynamics" of its peak, Grimaud 1992). Every
 * pixel of positive height gets a label, no other does; labels are numbered by the height of their peaks. Depends on the heights only.
 */
export function watershed({ width, height, data }: Raster, joins: Joins): Labels {
  const order = highestFirst(data);
  const parent = new Int32Array(data.length).fill(-1);
  const peak = new Float32Array(data.length);
  const rootOf = (index: number): number => {
    let root = index;
    while (parent[root] !== root) root = parent[root] ?? root;
    for (let at = index; at !== root; ) {
      const next = parent[at] ?? root;
      parent[at] = root;
      at = next;
    }
    return root;
  };
  const beside = new Int32Array(4);
  for (const index of order) {
    const level = data[index] ?? 0;
    let home = -1;
    const count = neighboursOf(index, width, height, beside);
    for (let at = 0; at < count; at++) {
      const next = beside[at] ?? 0;
      if (parent[next] === -1) continue;
      const hill = rootOf(next);
      if (home === -1) home = hill;
      else if (hill !== home) home = meet(parent, peak, { home, hill, level, joins });
    }
    parent[index] = home === -1 ? index : home;
    if (home === -1) peak[index] = level;
  }
  return numbered({ width, height }, order, rootOf);
}

type Meeting = { home: number; hill: number; level: number; joins: Joins };

/** Two hills meet at a pixel: joins them where they are to be, and says whose the pixel is. */
function meet(parent: Int32Array, peak: Float32Array, { home, hill, level, joins }: Meeting): number {
  const [higher, lower] = (peak[home] ?? 0) >= (peak[hill] ?? 0) ? [home, hill] : [hill, home];
  if (!joins(peak[lower] ?? 0, level)) return home;
  parent[lower] = higher;
  return higher;
}

function numbered(
  size: { width: number; height: number },
  order: Int32Array,
  rootOf: (index: number) => number,
): Labels {
  const labels = new Int32Array(size.width * size.height);
  let count = 0;
  for (const index of order) {
    const root = rootOf(index);
    if (labels[root] === 0) labels[root] = ++count;
    labels[index] = labels[root] ?? 0;
  }
  return { ...size, data: labels, count };
}

/** Writes the places beside one into `beside`; returns how many there are. */
function neighboursOf(index: number, width: number, height: number, beside: Int32Array): number {
  const x = index % width;
  let count = 0;
  if (x > 0) beside[count++] = index - 1;
  if (x < width - 1) beside[count++] = index + 1;
  if (index >= width) beside[count++] = index - width;
  if (index < width * (height - 1)) beside[count++] = index + width;
  return count;
}

/** Indices of positive heights, highest first in steps, equal ones in order of place (a counting sort). */
function highestFirst(data: Float32Array): Int32Array {
  let highest = 0;
  for (const value of data) if (value > highest) highest = value;
  const stepOf = (value: number): number => STEPS - 1 - Math.min(STEPS - 1, Math.floor((value / highest) * STEPS));
  const starts = new Int32Array(STEPS + 1);
  for (const value of data) if (value > 0) starts[stepOf(value) + 1] = (starts[stepOf(value) + 1] ?? 0) + 1;
  for (let step = 0; step < STEPS; step++) starts[step + 1] = (starts[step + 1] ?? 0) + (starts[step] ?? 0);
  const order = new Int32Array(starts[STEPS] ?? 0);
  for (let index = 0; index < data.length; index++) {
    const value = data[index] ?? 0;
    if (value <= 0) continue;
    const step = stepOf(value);
    order[starts[step] ?? 0] = index;
    starts[step] = (starts[step] ?? 0) + 1;
  }
  return order;
}
