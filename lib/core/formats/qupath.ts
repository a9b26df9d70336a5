import { z } from "zod";
import { type ClassColours, classColour } from "../detection/class-colour.ts";
import { REVIEW_STATES } from "../detection/finding.ts";
import { TesseraError } from "../errors.ts";
import { mapPositions } from "../geometry/shape.ts";
import { boxAndShape, type Feature, featureSchema, parseGeometry, shapeOf } from "./feature.ts";
import { ASPECTS, type CarriedFinding, type Entry, type Format, type FormatContext } from "./format.ts";
import { jsonParts } from "./json-parts.ts";
import { labelSchema } from "./label.ts";
import { inPieces } from "./pieces.ts";
import { reasonOf } from "./reason.ts";
import { roundPixel, roundScore } from "./rounding.ts";
import { type Source, textOf } from "./source.ts";

/**
 * QuPath's GeoJSON (0.4 and later; field names as its GsonTools and QuPathTypeAdapters write them): level-0 pixels, y down, ids that
 * are UUIDs, `classification` with `names` where a class has parts ("Tumor: Positive"), numbers under `measurements`, texts under
 * `metadata`. A finding with a score is a detection, one without an annotation. Pages are z-planes of the geometry.
 */
export const qupath: Format = {
  mediaType: "application/geo+json",
  extension: ".geojson",
  carries: new Set(ASPECTS),
  write: ({ colours = {} }, findings) => inPieces(features(findings, colours)),
  read,
};

/** How QuPath joins the parts of a class's name. */
const JOINT = ": ";
const UNCLASSIFIED = "Unclassified";
/** The measurements that our scores, and the share of tiles that did not see a finding, are. */
const CONFIDENCE = "Confidence";
const DISAGREEMENT = "Tile disagreement";

async function* features(findings: AsyncIterable<CarriedFinding>, colours: ClassColours): AsyncGenerator<string> {
  yield '{"type":"FeatureCollection","features":[';
  let separator = "\n";
  for await (const finding of findings) {
    yield separator + JSON.stringify(toFeature(finding, colours));
    separator = ",\n";
  }
  yield "\n]}\n";
}

function toFeature(finding: CarriedFinding, colours: ClassColours) {
  const { id, page, label, score, review, text, measurements, disagreement } = finding;
  const shape = mapPositions(shapeOf(finding), ([x, y]) => [roundPixel(x), roundPixel(y)]);
  const metadata = { ...(review === "unreviewed" ? {} : { review }), ...(text ? { text } : {}) };
  const measured = {
    ...(score === null ? {} : { [CONFIDENCE]: measurement(score) }),
    ...(typeof disagreement === "number" ? { [DISAGREEMENT]: measurement(disagreement) } : {}),
    ...measurements,
  };
  return {
    type: "Feature",
    ...(id === undefined ? {} : { id }),
    geometry: { ...shape, ...(page > 0 ? { plane: { c: -1, z: page, t: 0 } } : {}) },
    properties: {
      objectType: score === null ? "annotation" : "detection",
      classification: { ...classNameOf(label), color: classColour(label, colours) },
      ...(Object.keys(measured).length === 0 ? {} : { measurements: measured }),
      ...(Object.keys(metadata).length === 0 ? {} : { metadata }),
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

async function* read(_: FormatContext, source: Source): AsyncGenerator<Entry> {
  const parts = jsonParts(textOf(source.read()), "QuPath GeoJSON", { members: ["type"], lists: ["features"] });
  let isCollection = false;
  for await (const { key, index, value } of parts) {
    if (key === "type" && value === "Feature") return yield* readOne(source);
    if (key === "type" && value !== "FeatureCollection") refuse();
    if (key === "features" && index === null) refuse();
    isCollection ||= key === "type" || index !== null;
    if (index !== null) yield* collect(value, `object ${index + 1}`);
  }
  if (!isCollection && !(await isEmptyList(source))) refuse();
}

function refuse(): never {
  throw new TesseraError("bad-input", "this is neither a FeatureCollection nor a list of features");
}

/** A file that is one object, as QuPath writes where just one is chosen. */
async function* readOne(source: Source): AsyncGenerator<Entry> {
  const feature: Record<string, unknown> = {};
  const members = ["type", "id", "geometry", "properties"];
  for await (const { key, value } of jsonParts(textOf(source.read()), "QuPath GeoJSON", { members })) {
    if (key !== null) feature[key] = value;
  }
  yield* collect(feature, "object 1");
}

async function isEmptyList(source: Source): Promise<boolean> {
  for await (const piece of textOf(source.read())) if (piece.trim() !== "") return piece.trimStart().startsWith("[");
  return false;
}

function* collect(raw: unknown, at: string): Generator<Entry> {
  try {
    const feature = featureSchema.parse(raw);
    const properties = propertiesSchema.parse(feature.properties ?? {});
    yield { finding: toFinding(feature, properties) };
    for (const [index, child] of (properties.childObjects ?? []).entries()) {
      yield* collect(child, `${at}, child ${index + 1}`);
    }
  } catch (error) {
    yield { failed: { at, reason: reasonOf(error) } };
  }
}

function toFinding(feature: Feature, properties: z.infer<typeof propertiesSchema>): CarriedFinding {
  const confidence = properties.measurements?.[CONFIDENCE];
  const score = confidence === undefined ? null : scoreSchema.safeParse(confidence);
  const disagreement = scoreSchema.optional().catch(undefined).parse(properties.measurements?.[DISAGREEMENT]);
  const text = z.string().min(1).max(2000).safeParse(properties.metadata?.["text"]);
  const review = z.enum(REVIEW_STATES).safeParse(properties.metadata?.["review"]);
  const plane = planeSchema.safeParse(feature.geometry["plane"]);
  return {
    ...(z.uuid().safeParse(feature.id).success ? { id: String(feature.id) } : {}),
    page: plane.success ? plane.data.z : 0,
    label: labelSchema.parse(properties.classification || UNCLASSIFIED),
    score: score?.success ? score.data : null,
    review: review.success ? review.data : "unreviewed",
    ...(text.success ? { text: text.data } : {}),
    ...(disagreement === undefined ? {} : { disagreement }),
    ...measurementsOf(properties.measurements ?? {}),
    ...boxAndShape(parseGeometry(feature.geometry)),
  };
}

/** More measurements of one object than this are no table of a person's. */
const MOST_MEASUREMENTS = 500;

/** Numbers, also where they stand as text; what is not finite has no place here. */
function measurementsOf(raw: Record<string, unknown>): Pick<CarriedFinding, "measurements"> {
  const numbers = Object.entries(raw).flatMap(([name, value]): [string, number][] => {
    const number =
      typeof value === "number" ? value : typeof value === "string" && value.trim() !== "" ? Number(value) : Number.NaN;
    return name !== CONFIDENCE && name !== DISAGREEMENT && name.length <= 100 && Number.isFinite(number)
      ? [[name, number]]
      : [];
  });
  return numbers.length === 0 ? {} : { measurements: Object.fromEntries(numbers.slice(0, MOST_MEASUREMENTS)) };
}
