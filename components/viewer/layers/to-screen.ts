import type { View } from "../camera.ts";

export type Screen = { width: number; height: number };

/** A level-0 rectangle in screen pixels, as `[x, y, width, height]`. */
export function toScreen(
  view: View,
  screen: Screen,
  x: number,
  y: number,
  width: number,
  height: number,
): [number, number, number, number] {
  return [
    (x - view.x) * view.zoom + screen.width / 2,
    (y - view.y) * view.zoom + screen.height / 2,
    width * view.zoom,
    height * view.zoom,
  ];
}
