import { distanceToSegment } from "#lib/core/geometry/path.ts";
import type { Position } from "#lib/core/geometry/shape.ts";
import {
  fromFrame,
  readTurned,
  type TurnedRectangle,
  toFrame,
  turnedRing,
} from "#lib/core/geometry/turned-rectangle.ts";
import { spanned } from "./drafts.ts";
import { boxShape, ellipseShape, isEllipse, moved, type Shape, shapeOf } from "./shape.ts";

/** Something to take a shape by. `along` and `across`: which way from the middle, -1, 0 or 1. */
export type Handle =
  | { kind: "side"; along: -1 | 0 | 1; across: -1 | 0 | 1 }
  | { kind: "turn" }
  /** Corner `at` of ring (or line) `ring`; `between` stands for a corner that is not there yet, before `at`. */
  | { kind: "corner"; ring: number; at: number }
  | { kind: "between"; ring: number; at: number }
  | { kind: "body" };

export type PlacedHandle = { handle: Handle; at: Position };

/** Shapes of more corners than this are changed by the brush: their corners could not be told apart. */
const MOST_CORNERS = 300;
const DIRECTIONS = [-1, 0, 1] as const;

/** The rectangle, turned or not, that a shape is taken by; null where it has corners of its own. */
function frameOf(shape: Shape): TurnedRectangle | null {
  if (shape.geometry && !isEllipse(shape)) return readTurned(shape.geometry);
  const [x, y, width, height] = shape.box;
  return { x: x + width / 2, y: y + height / 2, width, height, angle: 0 };
}

/** The handles of a shape. `arm`: how far outside the handle for turning stands, in level-0 pixels. */
export function handlesOf(shape: Shape, arm: number): PlacedHandle[] {
  const frame = frameOf(shape);
  if (frame) {
    const sides = DIRECTIONS.flatMap((across) => DIRECTIONS.map((along) => ({ along, across })))
      .filter(({ along, across }) => along !== 0 || across !== 0)
      .map(({ along, across }): PlacedHandle => {
        const at = fromFrame(frame, [(along * frame.width) / 2, (across * frame.height) / 2]);
        return { handle: { kind: "side", along, across }, at };
      });
    if (isEllipse(shape)) return sides;
    return [...sides, { handle: { kind: "turn" }, at: fromFrame(frame, [0, -frame.height / 2 - arm]) }];
  }
  const paths = cornersOf(shape);
  if (paths.reduce((sum, { corners }) => sum + corners.length, 0) > MOST_CORNERS) return [];
  return paths.flatMap(({ corners, closed }, ring) => [
    ...betweens(corners, closed).map(
      (at, index): PlacedHandle => ({ handle: { kind: "between", ring, at: index + 1 }, at }),
    ),
    ...corners.map((at, index): PlacedHandle => ({ handle: { kind: "corner", ring, at: index }, at })),
  ]);
}

/** The corners of each ring (the last is not the first again) and of a line. */
function cornersOf({ geometry }: Shape): { corners: Position[]; closed: boolean }[] {
  if (geometry?.type === "LineString") return [{ corners: geometry.coordinates, closed: false }];
  const rings = geometry?.type === "Polygon" ? geometry.coordinates : [];
  return rings.map((ring) => ({ corners: ring.slice(0, -1), closed: true }));
}

function betweens(corners: readonly Position[], closed: boolean): Position[] {
  const ends = closed ? [...corners, ...corners.slice(0, 1)] : corners;
  return ends.slice(1).map(([x, y], at): Position => {
    const [fromX, fromY] = ends[at] ?? [x, y];
    return [(x + fromX) / 2, (y + fromY) / 2];
  });
}

/** The shape after one of its handles was taken from `from` to `to`; `even` keeps proportions, or turns in steps of 15 degrees. */
export function dragged(shape: Shape, handle: Handle, from: Position, to: Position, even = false): Shape {
  switch (handle.kind) {
    case "body":
      return moved(shape, to[0] - from[0], to[1] - from[1]);
    case "turn":
      return turned(shape, to, even);
    case "side":
      return resized(shape, handle, to, even);
    case "corner":
      return withCorners(shape, handle.ring, (corners) => corners.with(handle.at, to));
    case "between":
      return withCorners(shape, handle.ring, (corners) => corners.toSpliced(handle.at, 0, to));
  }
}

/** The shape without one of its corners; null where too few would be left. */
export function withoutCorner(shape: Shape, handle: Handle): Shape | null {
  if (handle.kind !== "corner") return null;
  const path = cornersOf(shape)[handle.ring];
  if (!path || path.corners.length <= (path.closed ? 3 : 2)) return null;
  return withCorners(shape, handle.ring, (corners) => corners.toSpliced(handle.at, 1));
}

function withCorners(shape: Shape, ring: number, change: (corners: Position[]) => Position[]): Shape {
  const { geometry } = shape;
  if (geometry?.type === "LineString") return shapeOf({ ...geometry, coordinates: change(geometry.coordinates) });
  if (geometry?.type !== "Polygon") return shape;
  const rings = geometry.coordinates.map((each, index) => {
    if (index !== ring) return each;
    const corners = change(each.slice(0, -1));
    return [...corners, ...corners.slice(0, 1)];
  });
  return shapeOf({ type: "Polygon", coordinates: rings });
}

function turned(shape: Shape, to: Position, even: boolean): Shape {
  const frame = frameOf(shape);
  if (!frame) return shape;
  const step = Math.PI / 12;
  const free = Math.atan2(to[1] - frame.y, to[0] - frame.x) + Math.PI / 2;
  const angle = even ? Math.round(free / step) * step : free;
  return shapeOf({ type: "Polygon", coordinates: [turnedRing({ ...frame, angle })] });
}

function resized(
  shape: Shape,
  { along, across }: { along: number; across: number },
  to: Position,
  even: boolean,
): Shape {
  const frame = frameOf(shape);
  if (!frame) return shape;
  const half = { width: frame.width / 2, height: frame.height / 2 };
  const [px, py] = toFrame(frame, to);
  let [width, height] = [
    along === 0 ? frame.width : px * along + half.width,
    across === 0 ? frame.height : py * across + half.height,
  ];
  if (even && along !== 0 && across !== 0 && frame.width > 0 && frame.height > 0) {
    const scale = Math.max(width / frame.width, height / frame.height);
    [width, height] = [frame.width * scale, frame.height * scale];
  }
  // The opposite side stays where it is; drawn past it, the shape unfolds on its other side.
  const middle: Position = [(along * (width - frame.width)) / 2, (across * (height - frame.height)) / 2];
  const [x, y] = fromFrame(frame, middle);
  const next = { ...frame, x, y, width: Math.abs(width), height: Math.abs(height) };
  if (shape.geometry && !isEllipse(shape)) return shapeOf({ type: "Polygon", coordinates: [turnedRing(next)] });
  const box = spanned([x - next.width / 2, y - next.height / 2], [x + next.width / 2, y + next.height / 2]);
  return shape.geometry ? ellipseShape(box) : boxShape(...box);
}

/** The handle under a place, within `reach` level-0 pixels: the nearest, corners before what lies between them; else the body. */
export function handleAt(shape: Shape, at: Position, reach: number, arm: number): Handle | null {
  let best: { handle: Handle; distance: number } | null = null;
  for (const placed of handlesOf(shape, arm)) {
    const distance =
      Math.hypot(at[0] - placed.at[0], at[1] - placed.at[1]) + (placed.handle.kind === "between" ? reach / 2 : 0);
    if (distance <= reach && (best === null || distance < best.distance)) best = { handle: placed.handle, distance };
  }
  if (best) return best.handle;
  return covers(shape, at, reach) ? { kind: "body" } : null;
}

/** True where a place lies within a shape, or within `slack` of its line. */
export function covers({ box, geometry }: Shape, [x, y]: Position, slack: number): boolean {
  const [left, top, width, height] = box;
  const near = x >= left - slack && y >= top - slack && x <= left + width + slack && y <= top + height + slack;
  if (!near || !geometry || geometry.type === "Point") return near;
  if (geometry.type === "LineString") {
    return geometry.coordinates
      .slice(1)
      .some((to, at) => distanceToSegment([x, y], geometry.coordinates[at] ?? to, to) <= slack);
  }
  const rings = geometry.type === "Polygon" ? geometry.coordinates : geometry.coordinates.flat();
  let inside = false;
  for (const ring of rings) {
    for (const [index, [x1, y1]] of ring.entries()) {
      const [x2, y2] = ring[(index + 1) % ring.length] ?? [x1, y1];
      if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
    }
  }
  return (
    inside ||
    rings.some((ring) => ring.slice(1).some((to, at) => distanceToSegment([x, y], ring[at] ?? to, to) <= slack))
  );
}
