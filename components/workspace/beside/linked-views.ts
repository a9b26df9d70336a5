import type { ImageScale } from "#lib/core/detection/image.ts";
import type { View } from "../../viewer/camera.ts";
import type { Turn } from "../../viewer/layers/to-screen.ts";

/** What is seen of a picture, and how it is turned. */
export type Look = { view: View; turn: Turn };
/** What of a picture says how its pixels compare with another's: its size and, where known, its scale. */
export type Measured = { width: number; height: number; scale: ImageScale | null };

/** By how much one picture is turned, moved and zoomed against the other, beyond what their sizes say: what a hand adjusted. */
export type Difference = { dx: number; dy: number; zoom: number; degrees: number };

export const NO_DIFFERENCE: Difference = { dx: 0, dy: 0, zoom: 1, degrees: 0 };

/**
 * Pixels of `to` for a pixel of `from`: by their µm per pixel where both are known, else so that their widths are the same. Two pictures of
 * one size are taken for pixel on pixel.
 */
export function pixelRatio(from: Measured, to: Measured): number {
  if (from.width === to.width && from.height === to.height) return 1;
  const [a, b] = [from.scale, to.scale];
  if (a && b && "micronsPerPixel" in a && "micronsPerPixel" in b) return a.micronsPerPixel / b.micronsPerPixel;
  return to.width / from.width;
}

/** What is to be seen of `to` where this is seen of `from`: the same place from the middle of each, the same extent, turned alike. */
export function lookBeside(look: Look, from: Measured, to: Measured, { dx, dy, zoom, degrees }: Difference): Look {
  const ratio = pixelRatio(from, to);
  const { view, turn } = look;
  return {
    view: {
      x: to.width / 2 + (view.x - from.width / 2) * ratio + dx,
      y: to.height / 2 + (view.y - from.height / 2) * ratio + dy,
      zoom: (view.zoom / ratio) * zoom,
    },
    turn: { degrees: (turn.degrees + degrees + 360) % 360, flipped: turn.flipped },
  };
}

/** The difference at which `look` of `from` goes with `beside` of `to`: what the two keep from now on. */
export function differenceOf(look: Look, beside: Look, from: Measured, to: Measured): Difference {
  const plain = lookBeside(look, from, to, NO_DIFFERENCE);
  return {
    dx: beside.view.x - plain.view.x,
    dy: beside.view.y - plain.view.y,
    zoom: beside.view.zoom / plain.view.zoom,
    degrees: (beside.turn.degrees - plain.turn.degrees + 360) % 360,
  };
}

/** The difference of `from` beside `to`, where that of `to` beside `from` is this. */
export function reversed(difference: Difference, from: Measured, to: Measured): Difference {
  const look: Look = { view: { x: 0, y: 0, zoom: 1 }, turn: { degrees: 0, flipped: false } };
  return differenceOf(lookBeside(look, from, to, difference), look, to, from);
}
