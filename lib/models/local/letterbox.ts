import type { PictureSize } from "./inference-messages.ts";

/** Where a picture lies in the square it was fitted into: scale from its pixels to the square's, and its top-left corner there. */
export type Placement = { scale: number; left: number; top: number };

/** How a picture is fitted into a square of `side` pixels: its aspect ratio kept, as large as there is room, in the middle. */
export function letterbox({ width, height }: PictureSize, side: number): { fitted: PictureSize; placement: Placement } {
  const scale = side / Math.max(width, height);
  const fitted = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
  const left = Math.floor((side - fitted.width) / 2);
  const top = Math.floor((side - fitted.height) / 2);
  return { fitted, placement: { scale, left, top } };
}
