import { type Geometry, geometrySchema } from "../detection/finding.ts";
import { TesseraError } from "../errors.ts";
import type { Position } from "../geometry/shape.ts";
import { roundPixel } from "./rounding.ts";

/** A shape as well-known text (OGC 06-103r4), e.g. `POLYGON ((0 0, 4 0, 4 3, 0 0))`. */
export function toWkt(geometry: Geometry): string {
  switch (geometry.type) {
    case "Point":
      return `POINT (${text(geometry.coordinates)})`;
    case "LineString":
      return `LINESTRING ${list(geometry.coordinates)}`;
    case "Polygon":
      return `POLYGON ${rings(geometry.coordinates)}`;
    case "MultiPolygon":
      return `MULTIPOLYGON (${geometry.coordinates.map(rings).join(", ")})`;
  }
}

function text([x, y]: Position): string {
  return `${roundPixel(x)} ${roundPixel(y)}`;
}

function list(positions: readonly Position[]): string {
  return `(${positions.map(text).join(", ")})`;
}

function rings(polygon: readonly (readonly Position[])[]): string {
  return `(${polygon.map(list).join(", ")})`;
}

const TYPES = { POINT: "Point", LINESTRING: "LineString", POLYGON: "Polygon", MULTIPOLYGON: "MultiPolygon" } as const;

/** Parses what `toWkt` writes, and the same from others. Throws `bad-input`. */
export function parseWkt(source: string): Geometry {
  const [, keyword = "", body = ""] = /^\s*([A-Za-z]+)\s*(\(.*\))\s*$/s.exec(source) ?? [];
  const type = Object.entries(TYPES).find(([name]) => name === keyword.toUpperCase())?.[1];
  const isClean = /^[\s(),.\d+\-eE]*$/.test(body);
  const result = type && isClean ? geometrySchema.safeParse({ type, coordinates: coordinatesOf(type, body) }) : null;
  if (result?.success) return result.data;
  throw new TesseraError("bad-input", `geometry is not well-known text of a point, line string or polygon`);
}

/** Numbers become `[x,y]`, brackets nest: well-known text is JSON but for its separators. */
function coordinatesOf(type: Geometry["type"], body: string): unknown {
  const json = body
    .replaceAll(/([-+.\deE]+)\s+([-+.\deE]+)/g, "[$1,$2]")
    .replaceAll("(", "[")
    .replaceAll(")", "]");
  try {
    const nested: unknown = JSON.parse(json);
    return type === "Point" && Array.isArray(nested) ? nested[0] : nested;
  } catch {
    return null;
  }
}
