import type { Rectangle } from "../geometry/region.ts";

/** Tiles this many rings from the view or farther are all alike: they go in order of index. */
export const FARTHEST_RING = 8;

/**
 * How soon a tile is due when someone looks at `view`: 0 where it touches the view, else how many rings of tiles of its own size lie
 * between them, up to `FARTHEST_RING`. Both in level-0 pixels of one page. Changes what is seen first, never what is found.
 */
export function viewRing(tile: Rectangle, view: Rectangle): number {
  const dx = Math.max(view.x - (tile.x + tile.width), tile.x - (view.x + view.width), 0) / tile.width;
  const dy = Math.max(view.y - (tile.y + tile.height), tile.y - (view.y + view.height), 0) / tile.height;
  const distance = Math.max(dx, dy);
  return distance === 0 ? 0 : Math.min(FARTHEST_RING, Math.floor(distance) + 1);
}
