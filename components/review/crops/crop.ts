import type { Image } from "#lib/core/detection/image.ts";
import type { Rectangle } from "../../workspace/workspace-state.ts";

/** A finding takes this part of its crop; the rest is what surrounds it. */
const FILLED = 0.62;
/** No crop shows less than so many pixels of the picture: blown up further, nothing is recognised. */
const LEAST_SIDE = 24;
/** Sides of crops are asked for in steps, so that a change of the panel's width asks for few anew. */
const SIDES = [96, 192, 384] as const;

/** A square part of a picture around a finding: its address, and where in it the finding lies, in parts of its side. */
export type Crop = { address: string; box: { left: number; top: number; width: number; height: number } };

/**
 * The crop of a box of a page, 0-based, for a square of so many pixels of the screen. It lies within the picture wherever the picture is
 * large enough.
 */
export function cropOf(
  image: Pick<Image, "id" | "width" | "height">,
  page: number,
  [x, y, width, height]: Rectangle,
  pixels: number,
): Crop {
  const [pageWidth, pageHeight] = [image.width ?? 1, image.height ?? 1];
  const wanted = Math.ceil(Math.max(width, height, LEAST_SIDE * FILLED) / FILLED);
  const side = Math.max(1, Math.min(wanted, pageWidth, pageHeight));
  const from = (middle: number, extent: number): number =>
    Math.round(Math.min(Math.max(0, middle - side / 2), extent - side));
  const [left, top] = [from(x + width / 2, pageWidth), from(y + height / 2, pageHeight)];
  const sent = SIDES.find((each) => each >= pixels) ?? 384;
  const size = side <= sent ? "max" : `${sent},${sent}`;
  const name = page > 0 ? `${image.id}~${page}` : image.id;
  return {
    address: `/iiif/3/${name}/${left},${top},${side},${side}/${size}/0/default.jpg`,
    box: { left: (x - left) / side, top: (y - top) / side, width: width / side, height: height / side },
  };
}
