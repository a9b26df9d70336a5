import { z } from "zod";
import { boxSchema, type Geometry, measurementsSchema, REVIEW_STATES } from "../detection/finding.ts";
import { TesseraError } from "../errors.ts";
import { mapPositions, type Position, signedArea } from "../geometry/shape.ts";
import { projectShape } from "./antimeridian.ts";
import { evidenceMember } from "./evidence-member.ts";
import { boxAndShape, type Feature, featureSchema, parseGeometry, shapeOf } from "./feature.ts";
import { ASPECTS, type CarriedFinding, type Entry, type Format, type FormatContext } from "./format.ts";
import { jsonParts } from "./json-parts.ts";
import { labelSchema } from "./label.ts";
import { inPieces } from "./pieces.ts";
import { reasonOf } from "./reason.ts";
import { roundBox, roundDegree, roundPixel, roundScore } from "./rounding.ts";
import { type Source, textOf } from "./source.ts";

/**
 * GeoJSON. On the ground: RFC 7946, longitude and latitude; a finding that is a box also carries it in level-0 pixels, as its
 * corners on the ground don't give it back exactly. In pixels: the same with a foreign member `"space":"pixel"`, y down. What findings
 * rest on is a foreign member too (`"evidence"`), and is not read.
 */
export const geojson: Format = {
  mediaType: "application/geo+json",
  extension: ".geojson",
  carries: new Set(ASPECTS),
  evidence: true,
  write: (context, findings) => inPieces(features(context, findings)),
  read,
};

async function* features(context: FormatContext, findings: AsyncIterable<CarriedFinding>): AsyncGenerator<string> {
  const ground = context.space === "ground" ? groundOf(context) : null;
  yield `{"type":"FeatureCollection",${ground ? "" : '"space":"pixel",'}"features":[`;
  let separator = "\n";
  for await (const finding of findings) {
    yield separator + JSON.stringify(toFeature(finding, ground));
    separator = ",\n";
  }
  yield "\n]";
  yield* evidenceMember(context);
  yield "}\n";
}

type Projection = NonNullable<FormatContext["toLonLat"]>;

/** A finding as a feature: in pixels, or on the ground. */
export function toFeature(finding: CarriedFinding, ground: Pick<Ground, "place"> | null) {
  const { id, page, label, score, review, text, measurements, disagreement, evidence } = finding;
  const withBox = ground && !finding.geometry ? { box: roundBox(finding.box) } : {};
  return {
    type: "Feature",
    ...(id === undefined ? {} : { id }),
    geometry: ground ? ground.place(shapeOf(finding)) : wind(mapPositions(shapeOf(finding), roundPosition)),
    properties: {
      label,
      score: score === null ? null : roundScore(score),
      review,
      page,
      ...(text ? { text } : {}),
      ...(measurements ? { measurements } : {}),
      ...(typeof disagreement === "number" ? { disagreement: roundScore(disagreement) } : {}),
      ...withBox,
      ...(evidence ? { evidence } : {}),
    },
  };
}

function roundPosition([x, y]: Position): Position {
  return [roundPixel(x), roundPixel(y)];
}

function onGround(shape: Geometry, toGround: Projection): Geometry {
  const projected = projectShape(shape, toGround);
  return wind(mapPositions(projected, ([longitude, latitude]) => [roundDegree(longitude), roundDegree(latitude)]));
}

/** RFC 7946, 3.1.6: outer rings run counter-clockwise, holes clockwise. */
function wind(geometry: Geometry): Geometry {
  const turn = (ring: Position[], index: number): Position[] => {
    const area = signedArea(ring);
    return (index === 0 ? area < 0 : area > 0) ? ring.toReversed() : ring;
  };
  if (geometry.type === "Polygon") return { type: "Polygon", coordinates: geometry.coordinates.map(turn) };
  if (geometry.type !== "MultiPolygon") return geometry;
  return { type: "MultiPolygon", coordinates: geometry.coordinates.map((polygon) => polygon.map(turn)) };
}

/** The coordinate system that a member `crs` of the older GeoJSON (2008) may name without changing anything. */
const LON_LAT = /CRS84|EPSG:+(?:\d*:)?4326$/i;

const headSchema = z.object({
  type: z.literal("FeatureCollection"),
  space: z.literal("pixel").optional(),
  crs: z
    .object({ properties: z.object({ name: z.string() }) })
    .optional()
    .catch(undefined),
});

const propertiesSchema = z.looseObject({
  label: labelSchema,
  score: z.number().min(0).max(1).nullish(),
  review: z.enum(REVIEW_STATES).default("unreviewed"),
  page: z.number().int().nonnegative().default(0),
  text: z.string().max(2000).optional(),
  measurements: measurementsSchema.optional(),
  disagreement: z.number().min(0).max(1).nullish(),
  box: boxSchema.optional(),
});

async function* read(context: FormatContext, source: Source): AsyncGenerator<Entry> {
  const ground = (await spaceOf(source)) === "pixel" ? null : groundOf(context);
  for await (const { index, value } of jsonParts(textOf(source.read()), "GeoJSON", { lists: ["features"] })) {
    if (index === null) throw new TesseraError("bad-input", "this is not GeoJSON: its features are no list");
    try {
      yield { finding: toFinding(featureSchema.parse(value), ground) };
    } catch (error) {
      yield { failed: { at: `feature ${index + 1}`, reason: reasonOf(error) } };
    }
  }
}

/** What the members say that may stand anywhere in the file. Throws where they are not those of a collection of features. */
async function spaceOf(source: Source): Promise<"pixel" | "ground"> {
  const members: Record<string, unknown> = {};
  const names = ["type", "space", "crs"];
  for await (const { key, value } of jsonParts(textOf(source.read()), "GeoJSON", { members: names })) {
    if (key !== null) members[key] = value;
  }
  const head = headSchema.safeParse(members);
  if (!head.success) throw new TesseraError("bad-input", "this is not a GeoJSON FeatureCollection");
  const { space, crs } = head.data;
  if (space === "pixel") return "pixel";
  if (crs && !LON_LAT.test(crs.properties.name)) {
    throw new TesseraError("bad-input", `its coordinates are in ${crs.properties.name.slice(0, 80)}`, {
      remedy: "write it in longitude and latitude, e.g. with ogr2ogr -t_srs EPSG:4326",
    });
  }
  return "ground";
}

/** Both ways between shapes in pixels and on the ground. */
export type Ground = { place(shape: Geometry): Geometry; pixels(shape: Geometry): Geometry };

/** The ways to longitude and latitude and back; null where the image has no place on the earth. Without the way back, nothing can be read. */
export function groundOf({ toLonLat, fromLonLat }: FormatContext): Ground | null {
  if (!toLonLat) return null;
  return {
    place: (shape) => onGround(shape, toLonLat),
    pixels(shape) {
      if (!fromLonLat) throw new Error("this way leads to the ground only");
      return mapPositions(shape, ([longitude, latitude]) => fromLonLat(longitude, latitude));
    },
  };
}

/**
 * The ways to the coordinate system that the image came in, and back; null where it has none. Rounded as pixels, whatever the system's
 * unit is, so that what comes in again goes out as it was.
 */
export function ownGroundOf({ own }: FormatContext): Ground | null {
  if (!own) return null;
  return {
    place: (shape) => wind(mapPositions(shape, (position) => own.place(...roundPosition(position)))),
    pixels: (shape) => mapPositions(shape, ([x, y]) => own.pixel(x, y)),
  };
}

/** What a feature says of a finding. Throws where it says too little. */
export function toFinding(feature: Feature, ground: Ground | null): CarriedFinding {
  const properties = propertiesSchema.parse(feature.properties ?? {});
  const { label, score, review, page, text, measurements, disagreement, box } = properties;
  const geometry = parseGeometry(feature.geometry);
  const common = {
    ...(z.uuid().safeParse(feature.id).success ? { id: String(feature.id) } : {}),
    ...{ page, label, review, score: score ?? null },
    ...(text ? { text } : {}),
    ...(measurements ? { measurements } : {}),
    ...(typeof disagreement === "number" ? { disagreement } : {}),
  };
  if (!ground) return { ...common, ...boxAndShape(geometry) };
  const ownBox = box && ground.place(shapeOf({ ...common, box, geometry: null }));
  // The box still says where the shape lies: nobody has moved it on the ground since.
  if (box && JSON.stringify(ownBox) === JSON.stringify(geometry)) return { ...common, box, geometry: null };
  return { ...common, ...boxAndShape(ground.pixels(geometry)) };
}
