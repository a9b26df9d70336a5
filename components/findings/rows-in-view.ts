import { BLOCK_ROWS } from "./finding-columns.ts";
import type { FindingTable } from "./finding-table.ts";

/** A rectangle of level-0 pixels by its sides. */
export type Reach = { left: number; top: number; right: number; bottom: number };

export const overlaps = (a: Reach, b: Reach): boolean =>
  a.left <= b.right && a.right >= b.left && a.top <= b.bottom && a.bottom >= b.top;

/** Calls `see` for every live row that touches a rectangle, block by block, until it answers false. */
export function eachInReach(table: FindingTable, reach: Reach, see: (at: number) => boolean): void {
  const { boxes, bounds } = table.columns;
  const { left, top, right, bottom } = reach;
  for (let start = 0; start < table.extent; start += BLOCK_ROWS) {
    const block = (start / BLOCK_ROWS) * 4;
    const apart =
      (bounds[block] ?? 0) > right ||
      (bounds[block + 1] ?? 0) > bottom ||
      (bounds[block + 2] ?? 0) < left ||
      (bounds[block + 3] ?? 0) < top;
    if (apart) continue;
    const end = Math.min(table.extent, start + BLOCK_ROWS);
    for (let at = start; at < end; at += 1) {
      const x = boxes[at * 4] ?? 0;
      if (x > right || x + (boxes[at * 4 + 2] ?? 0) < left) continue;
      const y = boxes[at * 4 + 1] ?? 0;
      if (y > bottom || y + (boxes[at * 4 + 3] ?? 0) < top) continue;
      if (table.isLive(at) && !see(at)) return;
    }
  }
}

/** The rows that touch a rectangle and pass `test`; null where they are more than `limit`. */
export function rowsInReach(
  table: FindingTable,
  reach: Reach,
  test: (at: number) => boolean,
  limit: number,
): Uint32Array | null {
  const rows = new Uint32Array(Math.min(limit, table.size));
  let count = 0;
  let tooMany = false;
  eachInReach(table, reach, (at) => {
    if (!test(at)) return true;
    tooMany = count === limit;
    if (!tooMany) rows[count] = at;
    count += 1;
    return !tooMany;
  });
  return tooMany ? null : rows.subarray(0, count);
}
