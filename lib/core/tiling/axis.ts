/** A half-open stretch of one axis, in whole pixels. */
export type Span = { start: number; length: number };

/**
 * Cuts an axis of `length` pixels into stretches of `tile` pixels whose neighbours share `int(overlap · tile)`. A stretch that
 * would leave the picture is shifted back so that it ends at the edge (SAHI's slicing); only a picture shorter than a tile
 * makes a shorter one.
 */
export function spansBySize(length: number, tile: number, overlap: number): Span[] {
  const spans: Span[] = [];
  const step = stepOf(tile, overlap);
  const last = countBySize(length, tile, overlap) - 1;
  for (let index = 0; index <= last; index++) {
    const end = Math.min(length, index * step + tile);
    const start = Math.max(0, end - tile);
    spans.push({ start, length: end - start });
  }
  return spans;
}

/** How many stretches `spansBySize` makes, without making them. */
export function countBySize(length: number, tile: number, overlap: number): number {
  return length <= tile ? 1 : Math.ceil((length - tile) / stepOf(tile, overlap)) + 1;
}

function stepOf(tile: number, overlap: number): number {
  return tile - Math.trunc(overlap * tile);
}

/**
 * Cuts an axis into `count` equal parts: part i spans round(i·length/count) to round((i+1)·length/count), then grows on its
 * inner sides by half the overlap fraction of its own length, rounded outward and clipped to the axis.
 */
export function spansByCount(length: number, count: number, overlap: number): Span[] {
  return Array.from({ length: count }, (_, index) => {
    const from = Math.round((index * length) / count);
    const to = Math.round(((index + 1) * length) / count);
    const growth = withoutNoise(((to - from) * overlap) / 2);
    const start = index === 0 ? 0 : Math.max(0, Math.floor(from - growth));
    const end = index === count - 1 ? length : Math.min(length, Math.ceil(to + growth));
    return { start, length: end - start };
  });
}

/** 14.000000000000002 is 14: else the noise of the product would round outward to a whole pixel more. */
function withoutNoise(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
