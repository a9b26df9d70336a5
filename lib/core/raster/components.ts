import type { Labels, Mask } from "./raster.ts";

/** What a walk over an object's pixels tells at once. Bounds are in pixels, right and bottom exclusive. */
export type Extent = {
  readonly area: number;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
};

/** Numbers the connected parts of a mask from 1, in order of their first pixel. `diagonal`: corners connect too. */
export function connectedParts({ width, height, data }: Mask, { diagonal = false } = {}): Labels {
  const labels = new Int32Array(data.length);
  const stack: number[] = [];
  let count = 0;
  for (let start = 0; start < data.length; start++) {
    if (data[start] === 0 || labels[start] !== 0) continue;
    count++;
    labels[start] = count;
    stack.push(start);
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      const x = at % width;
      const y = (at - x) / width;
      const [up, down] = [y > 0 ? -1 : 0, y < height - 1 ? 1 : 0];
      const [before, after] = [x > 0 ? -1 : 0, x < width - 1 ? 1 : 0];
      for (let dy = up; dy <= down; dy++) {
        for (let dx = before; dx <= after; dx++) {
          if (!diagonal && dx !== 0 && dy !== 0) continue;
          const next = at + dy * width + dx;
          if (data[next] === 0 || labels[next] !== 0) continue;
          labels[next] = count;
          stack.push(next);
        }
      }
    }
  }
  return { width, height, data: labels, count };
}

/** Area and bounds of each object; the first entry belongs to label 1. */
export function extentsOf({ width, data, count }: Labels): Extent[] {
  const extents = Array.from({ length: count }, () => ({
    area: 0,
    left: Infinity,
    top: Infinity,
    right: 0,
    bottom: 0,
  }));
  for (let index = 0; index < data.length; index++) {
    const label = data[index] ?? 0;
    // An array that is asked for its place -1 is slow ever after.
    const extent = label > 0 ? extents[label - 1] : undefined;
    if (!extent) continue;
    const x = index % width;
    const y = (index - x) / width;
    extent.area++;
    if (x < extent.left) extent.left = x;
    if (x >= extent.right) extent.right = x + 1;
    if (y < extent.top) extent.top = y;
    if (y >= extent.bottom) extent.bottom = y + 1;
  }
  return extents;
}

/** True where an object reaches the edge of its picture. */
export function touchesEdge(
  { left, top, right, bottom }: Extent,
  { width, height }: { width: number; height: number },
): boolean {
  return left === 0 || top === 0 || right === width || bottom === height;
}

/** Keeps the objects that `keep` chooses by number, numbered anew without gaps in the same order. */
export function selectObjects(labels: Labels, keep: (label: number) => boolean): Labels {
  const renamed = new Int32Array(labels.count + 1);
  let count = 0;
  for (let label = 1; label <= labels.count; label++) if (keep(label)) renamed[label] = ++count;
  return { ...labels, data: labels.data.map((label) => renamed[label] ?? 0), count };
}

/** The mask with every hole (a part outside it that does not reach the picture's edge) filled that `fills` chooses. */
export function fillHoles(mask: Mask, fills: (hole: Extent, label: number, holes: Labels) => boolean): Mask {
  const outside = { ...mask, data: new Uint8Array(mask.data.length) };
  for (let index = 0; index < mask.data.length; index++) outside.data[index] = mask.data[index] ? 0 : 1;
  // What an object that connects by its edges leaves open at a corner is no hole.
  const holes = connectedParts(outside, { diagonal: true });
  const filled = new Uint8Array(holes.count + 1);
  for (const [at, hole] of extentsOf(holes).entries()) {
    if (!touchesEdge(hole, mask) && fills(hole, at + 1, holes)) filled[at + 1] = 1;
  }
  const data = new Uint8Array(mask.data.length);
  for (let index = 0; index < data.length; index++)
    data[index] = mask.data[index] || (filled[holes.data[index] ?? 0] ?? 0);
  return { ...mask, data };
}
