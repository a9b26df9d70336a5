import type { Geometry } from "../detection/finding.ts";
import { TesseraError } from "../errors.ts";
import { closedRing, type Position, ringOfBox } from "../geometry/shape.ts";
import { roundPixel } from "./rounding.ts";
import { attributeOf, type XmlToken, xmlTokens } from "./xml-tokens.ts";

/**
 * A shape as the value of an SVG selector, forms as Annotorious writes them: polygons as `polygon`, with holes or several parts as a
 * `path` each, lines as `polyline`; a point is a `circle` without radius.
 */
export function toSvg(geometry: Geometry): string {
  return `<svg xmlns="http://www.w3.org/2000/svg">${elementOf(geometry)}</svg>`;
}

function elementOf(geometry: Geometry): string {
  switch (geometry.type) {
    case "Point": {
      const [x, y] = geometry.coordinates.map(roundPixel);
      return `<circle cx="${x}" cy="${y}" r="0"/>`;
    }
    case "LineString":
      return `<polyline fill="none" points="${points(geometry.coordinates)}"/>`;
    case "Polygon": {
      const [outer = [], ...holes] = geometry.coordinates;
      return holes.length > 0 ? path(geometry.coordinates) : `<polygon points="${points(opened(outer))}"/>`;
    }
    case "MultiPolygon": {
      const [only, ...others] = geometry.coordinates;
      if (only && others.length === 0) return elementOf({ type: "Polygon", coordinates: only });
      return geometry.coordinates.map(path).join("");
    }
  }
}

function opened(ring: readonly Position[]): Position[] {
  return closedRing(ring).slice(0, -1);
}

function points(positions: readonly Position[]): string {
  return positions.map(([x, y]) => `${roundPixel(x)},${roundPixel(y)}`).join(" ");
}

function path(polygon: readonly (readonly Position[])[]): string {
  const rings = polygon.map((ring) => `M${points(opened(ring)).replaceAll(" ", " L")} Z`);
  return `<path fill-rule="evenodd" d="${rings.join(" ")}"/>`;
}

/** The shape of an SVG selector's value. Throws `bad-input` where there is none, or one with curves or turned by a transform. */
export async function parseSvg(value: string): Promise<Geometry> {
  const polygons: Position[][][] = [];
  for await (const batch of xmlTokens(oneText(value))) {
    for (const token of batch) {
      if (token.kind !== "open") continue;
      const shape = shapeOf(token);
      if (shape === null) continue;
      if (!Array.isArray(shape)) return shape;
      polygons.push(...shape);
    }
  }
  const [only] = polygons;
  if (!only) throw new TesseraError("bad-input", "its SVG has no shape");
  return polygons.length === 1
    ? { type: "Polygon", coordinates: only }
    : { type: "MultiPolygon", coordinates: polygons };
}

async function* oneText(text: string): AsyncGenerator<string> {
  yield text;
}

/** Polygons of an element, or a point or line; null for what is no shape. */
function shapeOf({ name, attributes }: Extract<XmlToken, { kind: "open" }>): Geometry | Position[][][] | null {
  const text = (key: string): string => attributeOf(attributes, key) ?? "";
  const size = (key: string): number => Number(text(key) || "0");
  if (!/^(?:\w+:)?(?:circle|ellipse|rect|polygon|polyline|line|path)$/.test(name)) return null;
  if (text("transform") !== "") throw new TesseraError("bad-input", "an SVG shape with a transform is not read");
  switch (name.replace(/^\w+:/, "")) {
    case "circle":
      if (size("r") === 0) return { type: "Point", coordinates: finite([size("cx"), size("cy")]) };
      return [[ellipse(size("cx"), size("cy"), size("r"), size("r"))]];
    case "ellipse":
      return [[ellipse(size("cx"), size("cy"), size("rx"), size("ry"))]];
    case "rect":
      return [[ringOfBox([size("x"), size("y"), size("width"), size("height")]).map(finite)]];
    case "line":
      return { type: "LineString", coordinates: [finite([size("x1"), size("y1")]), finite([size("x2"), size("y2")])] };
    case "polyline":
      return { type: "LineString", coordinates: atLeast(positionsOf(text("points")), 2) };
    case "polygon":
      return [[closedAgain(atLeast(positionsOf(text("points")), 3))]];
    default:
      return grouped(ringsOfPath(text("d")));
  }
}

/** Rings are written open: the first position is added even where the last equals it. */
function closedAgain(ring: readonly Position[]): Position[] {
  return [...ring, ...ring.slice(0, 1)];
}

function finite([x, y]: Position): Position {
  if (Number.isFinite(x) && Number.isFinite(y)) return [x, y];
  throw new TesseraError("bad-input", "its SVG has a coordinate that is no number");
}

function atLeast(positions: Position[], count: number): Position[] {
  if (positions.length >= count) return positions;
  throw new TesseraError("bad-input", `its SVG shape has ${positions.length} positions`);
}

function positionsOf(text: string): Position[] {
  const numbers = text.match(/[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?/gi)?.map(Number) ?? [];
  const positions: Position[] = [];
  for (let index = 0; index + 1 < numbers.length; index += 2) {
    positions.push(finite([numbers[index] ?? 0, numbers[index + 1] ?? 0]));
  }
  return positions;
}

/** Corners that a round shape gets: within 0.03 % of its radius. */
const CORNERS = 128;

function ellipse(cx: number, cy: number, rx: number, ry: number): Position[] {
  const ring = Array.from({ length: CORNERS }, (_, index) => {
    const angle = (2 * Math.PI * index) / CORNERS;
    return finite([roundPixel(cx + rx * Math.cos(angle)), roundPixel(cy + ry * Math.sin(angle))]);
  });
  return closedRing(ring);
}

/** Rings of a path of straight lines: M, L, H, V and Z, absolute or relative. */
function ringsOfPath(d: string): Position[][] {
  const rings: Position[][] = [];
  let ring: Position[] = [];
  let [x, y] = [0, 0];
  for (const [, command = "", values = ""] of d.matchAll(/([a-z])([^a-df-z]*)/gi)) {
    const isRelative = command === command.toLowerCase();
    const numbers = values.match(/[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?/gi)?.map(Number) ?? [];
    const kind = command.toUpperCase();
    if (kind === "M" && ring.length > 0) {
      rings.push(ring);
      ring = [];
    }
    if (kind === "Z") {
      [x, y] = ring[0] ?? [x, y];
      continue;
    }
    if (!"MLHV".includes(kind)) throw new TesseraError("bad-input", "an SVG path with curves is not read");
    const step = kind === "H" || kind === "V" ? 1 : 2;
    for (let index = 0; index + step <= numbers.length; index += step) {
      const [first = 0, second = 0] = [numbers[index], numbers[index + 1]];
      const [toX, toY] =
        kind === "H" ? [first, isRelative ? 0 : y] : kind === "V" ? [isRelative ? 0 : x, first] : [first, second];
      [x, y] = finite(isRelative ? [x + toX, y + toY] : [toX, toY]);
      ring.push([x, y]);
    }
  }
  if (ring.length > 0) rings.push(ring);
  return rings.map((each) => atLeast(each, 3)).map(closedAgain);
}

/** Rings of one path as polygons: a ring that begins inside another is its hole, any other a polygon of its own. */
function grouped(rings: Position[][]): Position[][][] {
  const polygons: Position[][][] = [];
  for (const ring of rings) {
    const [start] = ring;
    const around = polygons.find(([outer]) => outer && start && isInside(start, outer));
    if (around) around.push(ring);
    else polygons.push([ring]);
  }
  return polygons;
}

/** By the even-odd rule; a position on the outline may count either way. */
function isInside([x, y]: Position, ring: readonly Position[]): boolean {
  let inside = false;
  for (const [index, [x1, y1]] of ring.entries()) {
    const [x2, y2] = ring[index + 1] ?? [x1, y1];
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
  }
  return inside;
}
