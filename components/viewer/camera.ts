import type { Rectangle } from "../workspace/workspace-state.ts";
import type { Turn } from "./layers/to-screen.ts";

/** Centre in level-0 pixels and screen pixels per level-0 pixel. */
export type View = { x: number; y: number; zoom: number };

/** The hand on the deep-zoom viewer. Rectangles are level-0 pixels. */
export type Camera = {
  view: () => View;
  /** How the picture is turned on the screen now. */
  turn: () => Turn;
  /** Turns the picture clockwise, on from where it is. */
  rotateBy: (degrees: number) => void;
  /** Mirrors the picture, or takes that back. */
  flip: () => void;
  /** Screen pixels per level-0 pixel to go to, around the middle. */
  zoomTo: (zoom: number) => void;
  /** Where a level-0 pixel is on the viewer's element. */
  toScreen: (x: number, y: number) => [number, number];
  /** What is on the screen now. */
  visible: () => Rectangle;
  /** Brings a rectangle into view with room around it, unless it is well in view already. */
  flyTo: (box: Rectangle) => void;
  /** Shows this at once, without a flight. */
  show: (look: { view: View; turn: Turn }) => void;
  /** Shows a rectangle as large as leaves it its surroundings, whatever was in view. */
  frame: (box: Rectangle) => void;
  zoomBy: (factor: number) => void;
  panBy: (dxScreen: number, dyScreen: number) => void;
  fit: () => void;
  oneToOne: () => void;
  toggleFullScreen: () => void;
};
