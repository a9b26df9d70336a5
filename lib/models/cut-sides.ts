import type { CutSide } from "./types.ts";

type Size = { width: number; height: number };

/** The sides at which a part of a picture was cut out of it, of those where it goes on. All in its pixels. */
export function cutSides(part: Size & { x: number; y: number }, whole: Size): CutSide[] {
  const sides: [CutSide, boolean][] = [
    ["left", part.x > 0],
    ["top", part.y > 0],
    ["right", part.x + part.width < whole.width],
    ["bottom", part.y + part.height < whole.height],
  ];
  return sides.flatMap(([side, isCut]) => (isCut ? [side] : []));
}
