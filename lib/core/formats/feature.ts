import { z } from "zod";
import { type Geometry, geometrySchema } from "../detection/finding.ts";
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
  if (geometry.type === "Polygon") return { type: "Polygon", coordinates: geometry.coordinates.map(closedRing) };
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

/** Positions may have a height, which is dropped; rings may be left open. Throws where it is no geometry we hold. */
export function parseGeometry(raw: Feature["geometry"]): Geometry {
  const flat = { type: raw.type, coordinates: flatten(raw.coordinates) };
  const result = geometrySchema.safeParse(flat);
  if (result.success) return closeRings(result.data);
  const [issue] = result.error.issues;
  throw new TesseraError("bad-input", `geometry ${raw.type}: ${issue?.message ?? "not understood"}`);
}

function flatten(coordinates: unknown): unknown {
  if (!Array.isArray(coordinates)) return coordinates;
  if (typeof coordinates[0] === "number") return coordinates.slice(0, 2);
  const inner: unknown[] = coordinates.map(flatten);
  return inner;
}

/** The same shape, its rings closed. */
export function closeRings(geometry: Geometry): Geometry {
  if (geometry.type === "Polygon") return { type: "Polygon", coordinates: geometry.coordinates.map(closedRing) };
  if (geometry.type !== "MultiPolygon") return geometry;
  const coordinates = geometry.coordinates.map((polygon): Position[][] => polygon.map(closedRing));
  return { type: "MultiPolygon", coordinates };
}
