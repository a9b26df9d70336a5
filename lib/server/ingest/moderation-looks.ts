import sharp from "sharp";
import type { BoxNumbers } from "#lib/core/geometry/shape.ts";
import type { RgbPixels } from "#lib/imaging/types.ts";

/** Side in pixels of the pictures that moderation judges, at most. */
export const LOOK_SIDE = 1024;
/** A page that is larger is looked at in so many parts across and down besides. */
const PARTS = 2;
/** Side in pixels of the overview that the looks are taken from. */
export const MODERATED_SIDE = LOOK_SIDE * PARTS;

/**
 * What moderation sees of a page, from an overview of at most `MODERATED_SIDE` pixels: all of it, then, where the page is as large as that at least,
 * its quarters, in which something small shows that the whole hides. `wholeOnly` leaves these out. The same overview gives the same looks.
 */
export async function moderationLooks(overview: RgbPixels, wholeOnly = false): Promise<RgbPixels[]> {
  const { data, width, height } = overview;
  if (Math.max(width, height) <= LOOK_SIDE) return [overview];
  const open = () => sharp(data, { raw: { width, height, channels: 3 } });
  const whole = open().resize(LOOK_SIDE, LOOK_SIDE, { fit: "inside" });
  const parts = (wholeOnly ? [] : partsOf(width, height)).map(([x, y, partWidth, partHeight]) =>
    open().extract({ left: x, top: y, width: partWidth, height: partHeight }),
  );
  return Promise.all(
    [whole, ...parts].map(async (look) => {
      const { data: pixels, info } = await look.raw().toBuffer({ resolveWithObject: true });
      return { data: pixels, width: info.width, height: info.height };
    }),
  );
}

/** The parts that a page of this size is looked at in besides, row by row: none of one that is smaller than `MODERATED_SIDE`. */
export function partsOf(width: number, height: number): BoxNumbers[] {
  if (Math.max(width, height) < MODERATED_SIDE) return [];
  const columns = edgesOf(width);
  return edgesOf(height).flatMap(([top, bottom]) =>
    columns.map(([left, right]): BoxNumbers => [left, top, right - left, bottom - top]),
  );
}

/** From where to where the parts of a side reach. */
function edgesOf(side: number): [from: number, to: number][] {
  const count = side > LOOK_SIDE ? PARTS : 1;
  const at = (part: number): number => Math.floor((part * side) / count);
  return Array.from({ length: count }, (_, part) => [at(part), at(part + 1)]);
}
