import type { ExampleBox } from "./settings.ts";

/** How much two boxes share, as a part of their union and of the smaller of them. */
export function overlapOf(a: ExampleBox, b: ExampleBox): { iou: number; ios: number } {
  const width = Math.min(a[0] + a[2], b[0] + b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[1] + a[3], b[1] + b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0) return { iou: 0, ios: 0 };
  const shared = width * height;
  const [areaA, areaB] = [a[2] * a[3], b[2] * b[3]];
  return { iou: shared / (areaA + areaB - shared), ios: shared / Math.min(areaA, areaB) };
}
