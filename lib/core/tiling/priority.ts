import type { Rectangle } from "../geometry/region.ts";

/** Lower comes first. Bounded so that it fits the ledger's integer column. */
const FARTHEST = 2_000_000_000;

/**
 * How soon a tile is due when someone looks at `view`: 0 where it touches the view, else its distance from it in pixels,
 * rounded up. Both in level-0 pixels of one page.
 */
export function viewPriority(tile: Rectangle, view: Rectangle): number {
  const dx = Math.max(view.x - (tile.x + tile.width), tile.x - (view.x + view.width), 0);
  const dy = Math.max(view.y - (tile.y + tile.height), tile.y - (view.y + view.height), 0);
  return Math.min(FARTHEST, Math.ceil(Math.hypot(dx, dy)));
}
