import type { View } from "../camera.ts";

export type Screen = { width: number; height: number };

/** How the picture is turned: clockwise by degrees, and then, where it is flipped, mirrored left to right. */
export type Turn = { degrees: number; flipped: boolean };

/** A level-0 rectangle in screen pixels of a picture that is not turned, as `[x, y, width, height]`. */
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

/** The upright rectangle of the picture that holds all of a screen it is turned under, in screen pixels. */
export function spanOf({ width, height }: Screen, { degrees }: Turn): Screen {
  const angle = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.abs(Math.cos(angle)), Math.abs(Math.sin(angle))];
  return { width: width * cos + height * sin, height: width * sin + height * cos };
}

/** How a turn carries directions of the picture to those of the screen. */
export function linearOf({ degrees, flipped }: Turn): DOMMatrix {
  return new DOMMatrix().scaleSelf(flipped ? -1 : 1, 1).rotateSelf(degrees);
}

/** Has a context draw as if the picture were not turned on a screen of `spanOf`. */
export function turnContext(context: CanvasRenderingContext2D, screen: Screen, turn: Turn): Screen {
  const span = spanOf(screen, turn);
  context.translate(screen.width / 2, screen.height / 2);
  context.scale(turn.flipped ? -1 : 1, 1);
  context.rotate((turn.degrees * Math.PI) / 180);
  context.translate(-span.width / 2, -span.height / 2);
  return span;
}

/**
 * Draws upright, as if the place `[x, y]` of a turned context were its origin: words. `draw` is told how many pixels of the screen are
 * above it.
 */
export function upright(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  draw: (roomAbove: number) => void,
): void {
  const turned = context.getTransform();
  const place = turned.transformPoint({ x, y });
  const ratio = Math.hypot(turned.a, turned.b);
  context.save();
  context.setTransform(ratio, 0, 0, ratio, place.x, place.y);
  draw(place.y / ratio);
  context.restore();
}
