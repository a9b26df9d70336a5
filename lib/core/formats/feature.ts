import { z } from "zod";
import type { Geometry } from "../detection/finding.ts";
import { TesseraError } from "../errors.ts";
import { boundsOfGeometry, closedRing, isBoxOutline, type Position, ringOfBox } from "../geometry/shape.ts";
import type { CarriedFinding } from "./format.ts";
import { roundBox } from "./rounding.ts";

/** What GeoJSON and QuPath's dialect of it share: a shape, an id, free properties. */
export const featureSchema = z.looseObject({
  type: z.literal("Feature"),
  id: z.union([z.string(), z.number()]).optional(),
  geometry: z.looseObject({ type: z.string(), coordinates: z.unknown() }),
  properties: z.record(z.string(), z.unknown()).nullish(),
});
export type Feature = z.infer<typeof featureSchema>;

/** The shape of a finding; the outline of its box where it has no other. A multi-polygon of one is a polygon. */
export function shapeOf({ box, geometry }: CarriedFinding): Geometry {
  if (!geometry) return { type: "Polygon", coordinates: [ringOfBox(roundBox(box))] };
  if (geometry.type === "Polygon") return { ...geometry, coordinates: geometry.coordinates.map(closedRing) };
  if (geometry.type !== "MultiPolygon") return geometry;
  const polygons = geometry.coordinates.map((polygon) => polygon.map(closedRing));
  const [only] = polygons;
  return only && polygons.length === 1
    ? { type: "Polygon", coordinates: only }
    : { type: "MultiPolygon", coordinates: polygons };
}

/** Box and shape of a geometry in level-0 pixels; the outline of a box needs no shape beside it. */
export function boxAndShape(geometry: Geometry): Pick<CarriedFinding, "box" | "geometry"> {
  return { box: boundsOfGeometry(geometry), geometry: isBoxOutline(geometry) ? null : geometry };
}

/**
 * Positions may have a height, which is dropped; rings may be left open. Throws where it is no geometry we hold. Looked through by hand:
 * a schema takes several times as long for what most of a large file consists of.
 */
export function parseGeometry({ type, coordinates, ...others }: Feature["geometry"]): Geometry {
  switch (type) {
    case "Point":
      return { type, coordinates: positionOf(coordinates) };
    case "LineString":
      return { type, coordinates: positionsOf(coordinates, 2) };
    case "Polygon":
      return { type, coordinates: ringsOf(coordinates), ...(others["isEllipse"] === true && { isEllipse: true }) };
    case "MultiPolygon":
      return { type, coordinates: listOf(coordinates, 1).map(ringsOf) };
    default:
      throw new TesseraError("bad-input", `geometry ${type.slice(0, 40)}: neither point, line nor polygon`);
  }
}

function ringsOf(raw: unknown): Position[][] {
  return listOf(raw, 1).map((ring) => closedRing(positionsOf(ring, 4)));
}

function positionsOf(raw: unknown, least: number): Position[] {
  return listOf(raw, least).map(positionOf);
}

function listOf(raw: unknown, least: number): unknown[] {
  if (Array.isArray(raw) && raw.length >= least) return raw;
  throw new TesseraError("bad-input", `geometry: coordinates are not a list of at least ${least}`);
}

function positionOf(raw: unknown): Position {
  const [x, y]: unknown[] = Array.isArray(raw) ? raw : [];
  if (typeof x === "number" && typeof y === "number" && Number.isFinite(x) && Number.isFinite(y)) return [x, y];
  throw new TesseraError("bad-input", "geometry: a position is not two numbers");
}

/** The same shape, its rings closed. */
export function closeRings(geometry: Geometry): Geometry {
  if (geometry.type === "Polygon") return { type: "Polygon", coordinates: geometry.coordinates.map(closedRing) };
  if (geometry.type !== "MultiPolygon") return geometry;
  const coordinates = geometry.coordinates.map((polygon): Position[][] => polygon.map(closedRing));
  return { type: "MultiPolygon", coordinates };
}
