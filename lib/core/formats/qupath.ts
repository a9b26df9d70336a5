import { z } from "zod";
import { classColour } from "../detection/class-colour.ts";
import { REVIEW_STATES } from "../detection/finding.ts";
import { TesseraError } from "../errors.ts";
import { mapPositions } from "../geometry/shape.ts";
import { boxAndShape, type Feature, featureSchema, parseGeometry, parseJson, shapeOf } from "./feature.ts";
import type { CarriedFinding, Format, FormatContext, Parsed } from "./format.ts";
import { inPieces } from "./pieces.ts";
import { reasonOf } from "./reason.ts";
import { roundPixel, roundScore } from "./rounding.ts";

/**
 * QuPath's GeoJSON (0.4 and later; field names as its GsonTools and QuPathTypeAdapters write them): level-0 pixels, y down, ids that
 * are UUIDs, `classification` with `names` where a class has parts ("Tumor: Positive"), numbers under `measurements`, texts under
 * `metadata`. A finding with a score is a detection, one without an annotation. Pages are z-planes of the geometry.
 */
export const qupath: Format = {
  mediaType: "application/geo+json",
  extension: ".geojson",
  write: (_, findings) => inPieces(features(findings)),
  read,
};

/** How QuPath joins the parts of a class's name. */
const JOINT = ": ";
const UNCLASSIFIED = "Unclassified";

async function* features(findings: AsyncIterable<CarriedFinding>): AsyncGenerator<string> {
  yield '{"type":"FeatureCollection","features":[';
  let separator = "\n";
  for await (const finding of findings) {
    yield separator + JSON.stringify(toFeature(finding));
    separator = ",\n";
  }
  yield "\n]}\n";
}

function toFeature(finding: CarriedFinding) {
  const { id, page, label, score, review } = finding;
  const shape = mapPositions(shapeOf(finding), ([x, y]) => [roundPixel(x), roundPixel(y)]);
  return {
    type: "Feature",
    ...(id === undefined ? {} : { id }),
    geometry: { ...shape, ...(page > 0 ? { plane: { c: -1, z: page, t: 0 } } : {}) },
    properties: {
      objectType: score === null ? "annotation" : "detection",
      classification: { ...classNameOf(label), color: classColour(label) },
      ...(score === null ? {} : { measurements: { Confidence: measurement(score) } }),
      ...(review === "unreviewed" ? {} : { metadata: { review } }),
    },
  };
}

function classNameOf(label: string): { name: string } | { names: string[] } {
  const names = label.split(JOINT);
  return names.length > 1 && names.every((name) => name.trim() !== "") ? { names } : { name: label };
}

/** QuPath writes numbers that JSON has no form for as text: "NaN", "Infinity", "-Infinity". */
function measurement(value: number): number | string {
  return Number.isFinite(value) ? roundScore(value) : String(value);
}

const propertiesSchema = z.looseObject({
  objectType: z.string().optional(),
  classification: z
    .union([
      z.string(),
      z.looseObject({ names: z.array(z.string()).min(1) }).transform(({ names }) => names.join(JOINT)),
      z.looseObject({ name: z.string() }).transform(({ name }) => name),
    ])
    .nullish(),
  measurements: z
    .union([
      z.record(z.string(), z.unknown()),
      z
        .array(z.looseObject({ name: z.string(), value: z.unknown() }))
        .transform((list) => Object.fromEntries(list.map(({ name, value }) => [name, value]))),
    ])
    .nullish(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
  childObjects: z.array(z.unknown()).nullish(),
});
const planeSchema = z.looseObject({ z: z.number().int().nonnegative().default(0) });
const scoreSchema = z.coerce.number().min(0).max(1);

function read(_: FormatContext, text: string): Parsed {
  const result: Parsed = { parsed: [], failed: [] };
  for (const [index, raw] of rootObjects(parseJson(text, "QuPath GeoJSON")).entries()) {
    collect(raw, `object ${index + 1}`, result);
  }
  return result;
}

function rootObjects(document: unknown): unknown[] {
  if (Array.isArray(document)) return document;
  const collection = z.looseObject({ type: z.literal("FeatureCollection"), features: z.array(z.unknown()) });
  const parsed = collection.safeParse(document);
  if (parsed.success) return parsed.data.features;
  if (featureSchema.safeParse(document).success) return [document];
  throw new TesseraError("bad-input", "this is neither a FeatureCollection nor a list of features");
}

function collect(raw: unknown, at: string, result: Parsed): void {
  try {
    const feature = featureSchema.parse(raw);
    const properties = propertiesSchema.parse(feature.properties ?? {});
    result.parsed.push(toFinding(feature, properties));
    for (const [index, child] of (properties.childObjects ?? []).entries()) {
      collect(child, `${at}, child ${index + 1}`, result);
    }
  } catch (error) {
    result.failed.push({ at, reason: reasonOf(error) });
  }
}

function toFinding(feature: Feature, properties: z.infer<typeof propertiesSchema>): CarriedFinding {
  const confidence = properties.measurements?.["Confidence"];
  const score = confidence === undefined ? null : scoreSchema.safeParse(confidence);
  const review = z.enum(REVIEW_STATES).safeParse(properties.metadata?.["review"]);
  const plane = planeSchema.safeParse(feature.geometry["plane"]);
  return {
    ...(z.uuid().safeParse(feature.id).success ? { id: String(feature.id) } : {}),
    page: plane.success ? plane.data.z : 0,
    label: z
      .string()
      .max(200)
      .parse(properties.classification || UNCLASSIFIED),
    score: score?.success ? score.data : null,
    review: review.success ? review.data : "unreviewed",
    ...boxAndShape(parseGeometry(feature.geometry)),
  };
}
