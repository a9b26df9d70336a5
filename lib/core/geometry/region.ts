import type { Region } from "../detection/run.ts";

type Edge = { x1: number; y1: number; x2: number; y2: number };

/** A rectangle in level-0 pixels. */
export type Rectangle = { x: number; y: number; width: number; height: number };

/** The smallest rectangle that holds a region, in level-0 pixels. */
export function boundsOfRegion(region: Region): Rectangle {
  const bounds = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (const [x, y] of region.coordinates.flat()) {
    bounds.left = Math.min(bounds.left, x);
    bounds.top = Math.min(bounds.top, y);
    bounds.right = Math.max(bounds.right, x);
    bounds.bottom = Math.max(bounds.bottom, y);
  }
  return { x: bounds.left, y: bounds.top, width: bounds.right - bounds.left, height: bounds.bottom - bounds.top };
}

/**
 * A test whether a rectangle shares more than its border with a polygon region (holes are outside, even-odd rule).
 * Made once per region; asking for rectangles row by row is fastest, as the edges of a row are kept.
 */
export function regionTest(region: Region): (rectangle: Rectangle) => boolean {
  const edges = region.coordinates.flatMap(edgesOfRing);
  let row: { y: number; height: number; edges: Edge[] } | null = null;
  return (rectangle) => {
    if (row?.y !== rectangle.y || row.height !== rectangle.height) {
      row = { y: rectangle.y, height: rectangle.height, edges: edges.filter((edge) => crossesRow(edge, rectangle)) };
    }
    return row.edges.some((edge) => passesThrough(edge, rectangle)) || centreIsInside(row.edges, rectangle);
  };
}

/** A test whether a place lies inside a polygon region (holes are outside, even-odd rule). */
export function placeTest(region: Region): (x: number, y: number) => boolean {
  const edges = region.coordinates.flatMap(edgesOfRing);
  return (x, y) => isInside(edges, x, y);
}

function edgesOfRing(ring: readonly (readonly [number, number])[]): Edge[] {
  return ring.map(([x1, y1], index) => {
    const [x2, y2] = ring[(index + 1) % ring.length] ?? [x1, y1];
    return { x1, y1, x2, y2 };
  });
}

function crossesRow(edge: Edge, { y, height }: Rectangle): boolean {
  return Math.max(edge.y1, edge.y2) >= y && Math.min(edge.y1, edge.y2) <= y + height;
}

/** Liang–Barsky clipping against the open rectangle: does any inner point of it lie on the edge? */
function passesThrough(edge: Edge, { x, y, width, height }: Rectangle): boolean {
  const dx = edge.x2 - edge.x1;
  const dy = edge.y2 - edge.y1;
  let enter = 0;
  let leave = 1;
  const sides: readonly (readonly [speed: number, distance: number])[] = [
    [-dx, edge.x1 - x],
    [dx, x + width - edge.x1],
    [-dy, edge.y1 - y],
    [dy, y + height - edge.y1],
  ];
  for (const [speed, distance] of sides) {
    if (speed === 0) {
      if (distance <= 0) return false;
    } else if (speed < 0) enter = Math.max(enter, distance / speed);
    else leave = Math.min(leave, distance / speed);
  }
  return enter < leave;
}

function centreIsInside(edges: readonly Edge[], { x, y, width, height }: Rectangle): boolean {
  return isInside(edges, x + width / 2, y + height / 2);
}

function isInside(edges: readonly Edge[], x: number, y: number): boolean {
  let inside = false;
  for (const { x1, y1, x2, y2 } of edges) {
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
  }
  return inside;
}
