import type { Labels } from "./raster.ts";

/** Measures of one object's pixels; lengths in pixels. */
export type ShapeMeasures = {
  readonly area: number;
  readonly centre: readonly [x: number, y: number];
  /** Axes of the ellipse with the same second moments. */
  readonly majorAxis: number;
  readonly minorAxis: number;
  /** 0 for a circle, towards 1 for a line. */
  readonly eccentricity: number;
  /** Area over the area of the convex hull, 0…1. */
  readonly solidity: number;
};

/** Measures every object of a label picture; the first entry belongs to label 1. */
export function measureShapes({ width, data, count }: Labels): ShapeMeasures[] {
  const sums = Array.from({ length: count }, () => ({
    area: 0,
    x: 0,
    y: 0,
    xx: 0,
    yy: 0,
    xy: 0,
    ends: new Map<number, [number, number]>(),
  }));
  for (let index = 0; index < data.length; index++) {
    const label = data[index] ?? 0;
    const sum = label > 0 ? sums[label - 1] : undefined;
    if (!sum) continue;
    const x = index % width;
    const y = (index - x) / width;
    sum.area++;
    sum.x += x + 0.5;
    sum.y += y + 0.5;
    sum.xx += x * x + x + 1 / 3;
    sum.yy += y * y + y + 1 / 3;
    sum.xy += (x + 0.5) * (y + 0.5);
    const ends = sum.ends.get(y);
    if (ends) ends[1] = x + 1;
    else sum.ends.set(y, [x, x + 1]);
  }
  return sums.map(({ area, x, y, xx, yy, xy, ends }) => {
    const [cx, cy] = [x / area, y / area];
    const [vx, vy, vxy] = [xx / area - cx * cx, yy / area - cy * cy, xy / area - cx * cy];
    const spread = Math.sqrt(((vx - vy) / 2) ** 2 + vxy * vxy);
    const [larger, smaller] = [(vx + vy) / 2 + spread, Math.max(0, (vx + vy) / 2 - spread)];
    return {
      area,
      centre: [cx, cy],
      majorAxis: 4 * Math.sqrt(larger),
      minorAxis: 4 * Math.sqrt(smaller),
      eccentricity: larger > 0 ? Math.sqrt(1 - smaller / larger) : 0,
      solidity: Math.min(1, area / hullArea(ends)),
    };
  });
}

/** Area of the convex hull of pixel rows, each from its left to its right end (Andrew's monotone chain). */
function hullArea(ends: ReadonlyMap<number, readonly [number, number]>): number {
  const points = [...ends].flatMap(([y, [left, right]]) =>
    [y, y + 1].flatMap((row) => [[left, row] as const, [right, row] as const]),
  );
  points.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const half = (corners: readonly (readonly [number, number])[]): (readonly [number, number])[] => {
    const chain: (readonly [number, number])[] = [];
    for (const corner of corners) {
      while (chain.length > 1 && cross(chain.at(-2), chain.at(-1), corner) <= 0) chain.pop();
      chain.push(corner);
    }
    return chain.slice(0, -1);
  };
  const hull = [...half(points), ...half(points.toReversed())];
  let twice = 0;
  for (const [index, [x1, y1]] of hull.entries()) {
    const [x2, y2] = hull[(index + 1) % hull.length] ?? [x1, y1];
    twice += x1 * y2 - x2 * y1;
  }
  return Math.abs(twice) / 2;
}

type Corner = readonly [number, number];

function cross(origin: Corner | undefined, a: Corner | undefined, b: Corner): number {
  if (!origin || !a) return 0;
  return (a[0] - origin[0]) * (b[1] - origin[1]) - (a[1] - origin[1]) * (b[0] - origin[0]);
}
