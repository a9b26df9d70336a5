import type { TileBox } from "#lib/core/geometry/box.ts";
import type { CutSide } from "../types.ts";

/** What a seam cuts is scored by this much less, so that the whole object of the next tile is the one that stays. */
export const CUT_SHARE = 0.6;
/** What comes this near to a seam, in pixels, is taken to be cut there. */
const CUT_MARGIN = 1.5;

/** Whether a tile's seams cut a box. */
export function isCut(
  [x, y, width, height]: TileBox,
  tile: { width: number; height: number },
  cut: readonly CutSide[],
): boolean {
  const room: Record<CutSide, number> = {
    left: x,
    top: y,
    right: tile.width - x - width,
    bottom: tile.height - y - height,
  };
  return cut.some((side) => room[side] < CUT_MARGIN);
}
