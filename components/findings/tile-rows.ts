import type { FindingTile } from "#lib/core/api/finding-tile.ts";
import { sortRows } from "./row-order.ts";

const STEPS = 1 << 16;

/** The rows of a tile along a Z-order curve through their middles: near in the picture, near in the table. */
export function rowsAlongCurve({ boxes, count }: Pick<FindingTile, "boxes" | "count">): Uint32Array {
  const rows = Uint32Array.from({ length: count }, (_, at) => at);
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let at = 0; at < count; at += 1) {
    const [x, y] = middle(boxes, at);
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  const scale = (STEPS - 1) / Math.max(right - left, bottom - top, 1e-9);
  const keys = Uint32Array.from(rows, (at) => {
    const [x, y] = middle(boxes, at);
    return (spread((x - left) * scale) | (spread((y - top) * scale) << 1)) >>> 0;
  });
  return sortRows(rows, [keys]);
}

function middle(boxes: Float32Array, at: number): [number, number] {
  return [(boxes[at * 4] ?? 0) + (boxes[at * 4 + 2] ?? 0) / 2, (boxes[at * 4 + 1] ?? 0) + (boxes[at * 4 + 3] ?? 0) / 2];
}

/** Sixteen bits, each with an empty one after it. */
function spread(value: number): number {
  let bits = value & 0xffff;
  bits = (bits | (bits << 8)) & 0x00ff00ff;
  bits = (bits | (bits << 4)) & 0x0f0f0f0f;
  bits = (bits | (bits << 2)) & 0x33333333;
  return (bits | (bits << 1)) & 0x55555555;
}
