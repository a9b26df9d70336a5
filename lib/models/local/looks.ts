import { croppedRgb } from "#lib/core/raster/resample.ts";
import { cutSides } from "../cut-sides.ts";
import type { CutSide, TilePicture } from "../types.ts";

/** Side of a part, of the picture's: parts overlap by a third of their own side, so that what is up to that large lies whole in one. */
const PART_SHARE = 0.6;

/** A part of a picture that a detector is shown by itself: where it lies in pixels of the picture, and at which sides that goes on. */
export type Look = { picture: TilePicture; left: number; top: number; cut: readonly CutSide[] };

/** The picture as a whole and, for a detector that looks at two scales, its four overlapping quarters, in a fixed order. */
export function looksAt(picture: TilePicture, multiScale: boolean): Look[] {
  const whole: Look = { picture, left: 0, top: 0, cut: [] };
  if (!multiScale) return [whole];
  const width = Math.ceil(picture.width * PART_SHARE);
  const height = Math.ceil(picture.height * PART_SHARE);
  const quarters = [0, picture.height - height].flatMap((y) =>
    [0, picture.width - width].map((x): Look => {
      const part = { x, y, width, height };
      return { picture: croppedRgb(picture, part), left: x, top: y, cut: cutSides(part, picture) };
    }),
  );
  return [whole, ...quarters];
}
