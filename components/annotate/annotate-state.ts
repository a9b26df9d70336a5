import type { Position } from "#lib/core/geometry/shape.ts";
import type { Draft } from "./drafts.ts";
import type { Handle } from "./handles.ts";
import type { Shape } from "./shape.ts";

/** What the hand can hold. `edit` takes the selected finding by its handles; `pick-…` choose several findings at once. */
export type Tool =
  | "move"
  | "pick-box"
  | "pick-free"
  | "edit"
  | "rectangle"
  | "turned"
  | "ellipse"
  | "polygon"
  | "polyline"
  | "free"
  | "brush"
  | "ruler"
  | "point";

/** True with a tool in hand that draws: then the picture is drawn on, not pointed at. */
export const draws = (tool: Tool): boolean => tool !== "move" && tool !== "edit" && !picks(tool);

/** True with a tool in hand that chooses several findings. */
export const picks = (tool: Tool): tool is "pick-box" | "pick-free" => tool === "pick-box" || tool === "pick-free";

/** What is being drawn or changed, before it is a finding. */
export type AnnotateState = {
  draft: Draft | null;
  /** A stroke of the brush; `onto` is the finding that it changes. */
  stroke: { path: readonly Position[]; erase: boolean; onto: string | null } | null;
  /** The selected finding as it would be, were the hand let go. */
  edit: { id: string; shape: Shape; handle: Handle } | null;
  /** Drawn, and waiting for its class. */
  waiting: Shape | null;
  /** The class that drawn shapes get; null asks for each until one was chosen. */
  label: string | null;
  /** Of the brush, in screen pixels. */
  radius: number;
  pointer: Position | null;
};

export const NOTHING_DRAWN: AnnotateState = {
  draft: null,
  stroke: null,
  edit: null,
  waiting: null,
  label: null,
  radius: 18,
  pointer: null,
};

const RADII = { least: 3, most: 150 };

/** A brush that is one step wider or narrower. */
export function otherRadius(radius: number, wider: boolean): number {
  const next = Math.round(wider ? radius * 1.25 + 1 : radius / 1.25 - 1);
  return Math.min(RADII.most, Math.max(RADII.least, next));
}
