import { ellipseIn } from "#lib/core/geometry/ellipse.ts";
import { pathLength, simplified, simplifiedRing } from "#lib/core/geometry/path.ts";
import { closedRing, type Position, ringOfBox } from "#lib/core/geometry/shape.ts";
import { rectangleOnSide, turnedRing } from "#lib/core/geometry/turned-rectangle.ts";
import { boxShape, ellipseShape, type Shape, shapeOf } from "./shape.ts";

/** Tools that begin with a drag from one place to another. */
const SPANS = ["rectangle", "ellipse", "ruler", "pick-box"] as const;
/** Tools that set corner after corner. */
const PATHS = ["polygon", "polyline"] as const;

/** A shape that is being drawn. Positions are level-0 pixels. */
export type Draft =
  | { tool: (typeof SPANS)[number]; from: Position; to: Position }
  /** First its side is drawn, then how far it reaches. */
  | { tool: "turned"; from: Position; to: Position; reach: Position | null }
  | { tool: (typeof PATHS)[number]; corners: readonly Position[]; pointer: Position }
  | { tool: "free" | "pick-free"; path: readonly Position[] };

export type DraftTool = Draft["tool"];

/** The first press of a tool. */
export function begin(tool: DraftTool, at: Position): Draft {
  switch (tool) {
    case "rectangle":
    case "ellipse":
    case "ruler":
    case "pick-box":
      return { tool, from: at, to: at };
    case "turned":
      return { tool, from: at, to: at, reach: null };
    case "polygon":
    case "polyline":
      return { tool, corners: [at], pointer: at };
    case "free":
    case "pick-free":
      return { tool, path: [at] };
  }
}

/** The pointer has moved; `even`: sides alike, or a line along an axis or a diagonal. */
export function follow(draft: Draft, at: Position, even = false): Draft {
  switch (draft.tool) {
    case "rectangle":
    case "ellipse":
    case "pick-box":
      return { ...draft, to: even ? square(draft.from, at) : at };
    case "ruler":
      return { ...draft, to: even ? alongAxis(draft.from, at) : at };
    case "turned":
      return draft.reach === null ? { ...draft, to: even ? alongAxis(draft.from, at) : at } : { ...draft, reach: at };
    case "polygon":
    case "polyline":
      return { ...draft, pointer: at };
    case "free":
    case "pick-free":
      return { ...draft, path: [...draft.path, at] };
  }
}

/** Sets another corner of a path. */
export function addCorner(draft: Draft, at: Position): Draft {
  return "corners" in draft ? { ...draft, corners: [...draft.corners, at], pointer: at } : draft;
}

/** Takes the last corner of a path away; null where none is left. */
export function dropCorner(draft: Draft): Draft | null {
  if (!("corners" in draft) || draft.corners.length < 2) return null;
  return { ...draft, corners: draft.corners.slice(0, -1) };
}

/** How the draft is drawn: paths, rings closed. */
export function outlineOf(draft: Draft): readonly Position[][] {
  switch (draft.tool) {
    case "rectangle":
    case "pick-box":
      return [ringOfBox(spanned(draft.from, draft.to))];
    case "ellipse":
      return ellipseIn(spanned(draft.from, draft.to)).coordinates;
    case "ruler":
      return [[draft.from, draft.to]];
    case "turned":
      return draft.reach === null
        ? [[draft.from, draft.to]]
        : [turnedRing(rectangleOnSide(draft.from, draft.to, draft.reach))];
    case "polygon":
      return [closedRing([...draft.corners, draft.pointer])];
    case "polyline":
      return [[...draft.corners, draft.pointer]];
    case "free":
    case "pick-free":
      return [[...draft.path]];
  }
}

/** How long a line in the making is, in level-0 pixels; null where the draft is no line. */
export function lengthOf(draft: Draft): number | null {
  return draft.tool === "ruler" || draft.tool === "polyline" ? pathLength(outlineOf(draft)[0] ?? []) : null;
}

/**
 * The finished shape; null where there is too little of it. `tolerance`, in level-0 pixels: how far a free line may be off the hand's.
 */
export function finish(draft: Draft, tolerance: number): Shape | null {
  switch (draft.tool) {
    case "rectangle":
    case "pick-box":
      return boxShape(...spanned(draft.from, draft.to));
    case "ellipse":
      return ellipseShape(spanned(draft.from, draft.to));
    case "ruler":
      return shapeOf({ type: "LineString", coordinates: [draft.from, draft.to] });
    case "turned": {
      if (draft.reach === null) return null;
      return shapeOf({ type: "Polygon", coordinates: outlineOf(draft).map((ring) => [...ring]) });
    }
    case "polygon": {
      const corners = distinct(draft.corners);
      return corners.length < 3 ? null : shapeOf({ type: "Polygon", coordinates: [closedRing(corners)] });
    }
    case "polyline": {
      const corners = distinct(draft.corners);
      return corners.length < 2 ? null : shapeOf({ type: "LineString", coordinates: corners });
    }
    case "free":
    case "pick-free": {
      const ring = simplifiedRing(closedRing(simplified(draft.path, tolerance / 2)), tolerance);
      return ring.length < 4 ? null : shapeOf({ type: "Polygon", coordinates: [ring] });
    }
  }
}

/** The box between two places. */
export function spanned(from: Position, to: Position): [x: number, y: number, width: number, height: number] {
  const [left, top] = [Math.min(from[0], to[0]), Math.min(from[1], to[1])];
  return [left, top, Math.max(from[0], to[0]) - left, Math.max(from[1], to[1]) - top];
}

function square(from: Position, to: Position): Position {
  const side = Math.max(Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1]));
  return [from[0] + Math.sign(to[0] - from[0]) * side, from[1] + Math.sign(to[1] - from[1]) * side];
}

/** The end of a line at the nearest multiple of 45 degrees. */
function alongAxis(from: Position, to: Position): Position {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
  const angle = (Math.round(Math.atan2(to[1] - from[1], to[0] - from[0]) / (Math.PI / 4)) * Math.PI) / 4;
  return [from[0] + Math.cos(angle) * length, from[1] + Math.sin(angle) * length];
}

/** A double press sets its corner twice. */
function distinct(corners: readonly Position[]): Position[] {
  return corners.filter(([x, y], at) => {
    const before = corners[at - 1];
    return !before || Math.hypot(x - before[0], y - before[1]) > 0.05;
  });
}
