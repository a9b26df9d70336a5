import type { MergeSettings } from "../detection/run.ts";
import type { MergeInput } from "./ranked-boxes.ts";

/**
 * The definition of merging, looked up pair by pair in O(n²): the reference that tests and the benchmark hold `mergeDetections`
 * against. Gives keeper → merged, as indices into the input.
 */
export function naiveMerge(detections: readonly MergeInput[], settings: MergeSettings): Map<number, number[]> {
  const order = detections.map((_, index) => index).sort((a, b) => compare(detections, a, b));
  const keeperOf = new Map<number, number>();
  const groups = new Map<number, number[]>();
  for (const [rank, index] of order.entries()) {
    const wasClaimed = keeperOf.has(index);
    if (!wasClaimed) {
      keeperOf.set(index, index);
      groups.set(index, []);
    }
    if (wasClaimed && settings.method !== "nmm") continue;
    const keeper = keeperOf.get(index) ?? index;
    for (const other of order.slice(rank + 1)) {
      if (keeperOf.has(other) || !isMatch(detections, index, other, settings)) continue;
      keeperOf.set(other, keeper);
      groups.get(keeper)?.push(other);
    }
  }
  return groups;
}

function isMatch(detections: readonly MergeInput[], a: number, b: number, settings: MergeSettings): boolean {
  const [first, second] = [detections[a], detections[b]];
  if (!first || !second || first.label !== second.label) return false;
  const [p, q] = [corners(first), corners(second)];
  if (p[0] > q[2] || q[0] > p[2] || p[1] > q[3] || q[1] > p[3]) return false;
  if (settings.method === "nmm" && first.score === second.score && !p.every((value, at) => value === q[at]))
    return false;
  const shared =
    Math.max(0, Math.min(p[2], q[2]) - Math.max(p[0], q[0])) * Math.max(0, Math.min(p[3], q[3]) - Math.max(p[1], q[1]));
  const areas = [p, q].map(([x1, y1, x2, y2]) => (x2 - x1) * (y2 - y1));
  const [own = 0, others = 0] = areas;
  const whole = settings.metric === "iou" ? own + others - shared : Math.min(own, others);
  return (whole > 0 ? shared / whole : 0) >= settings.threshold;
}

function compare(detections: readonly MergeInput[], a: number, b: number): number {
  const [first, second] = [detections[a], detections[b]];
  if (!first || !second) return 0;
  const [p, q] = [corners(first), corners(second)];
  return second.score - first.score || p[0] - q[0] || p[1] - q[1] || p[2] - q[2] || p[3] - q[3] || a - b;
}

function corners({ box: [x, y, width, height] }: MergeInput): readonly [number, number, number, number] {
  return [x, y, x + width, y + height];
}
