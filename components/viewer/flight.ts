import type { Rectangle } from "../workspace/workspace-state.ts";
import type { View } from "./camera.ts";

/** A finding shown larger than this many screen pixels, and no larger than this part of the screen, can be judged. */
const LEGIBLE_PIXELS = 56;
const LEGIBLE_PART = 0.6;
/** When zooming to a finding it takes this part of the screen; picture pixels are not blown up beyond this. */
const TARGET_PART = 0.25;
const FRAME_PART = 0.4;
const MAX_ZOOM = 6;
/** Within this part of the screen a finding counts as being in view. */
const CENTRE_PART = 0.8;

/** Where to look to judge `box`; null where it can be judged from where one looks already. Keeps the zoom where it serves. */
export function flightTo(box: Rectangle, view: View, screen: { width: number; height: number }): View | null {
  const [x, y, width, height] = box;
  const middle = { x: x + width / 2, y: y + height / 2 };
  const longest = Math.max(width, height) * view.zoom;
  const part = Math.max((width * view.zoom) / screen.width, (height * view.zoom) / screen.height);
  const legible = longest >= LEGIBLE_PIXELS && part <= LEGIBLE_PART;
  const near =
    Math.abs(middle.x - view.x) * view.zoom <= (screen.width * CENTRE_PART) / 2 &&
    Math.abs(middle.y - view.y) * view.zoom <= (screen.height * CENTRE_PART) / 2;
  if (legible && near) return null;
  if (legible) return { ...middle, zoom: view.zoom };
  return { ...middle, zoom: zoomFor(box, screen, TARGET_PART) };
}

/** Where to look to judge one finding after the other: each fills the same part of the screen, with its surroundings. */
export function framing(box: Rectangle, screen: { width: number; height: number }): View {
  const [x, y, width, height] = box;
  return { x: x + width / 2, y: y + height / 2, zoom: zoomFor(box, screen, FRAME_PART) };
}

function zoomFor([, , width, height]: Rectangle, screen: { width: number; height: number }, part: number): number {
  const wanted = part * Math.min(screen.width / Math.max(width, 1), screen.height / Math.max(height, 1));
  return Math.min(MAX_ZOOM, wanted);
}
