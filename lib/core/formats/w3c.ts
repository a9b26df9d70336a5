import { z } from "zod";
import { measurementsSchema, REVIEW_STATES } from "../detection/finding.ts";
import { TesseraError } from "../errors.ts";
import { evidenceMember } from "./evidence-member.ts";
import { boxAndShape, closeRings } from "./feature.ts";
import { ASPECTS, type CarriedFinding, type Entry, type Format, type FormatContext } from "./format.ts";
import { jsonParts } from "./json-parts.ts";
import { labelSchema } from "./label.ts";
import { inPieces } from "./pieces.ts";
import { reasonOf } from "./reason.ts";
import { roundBox, roundScore } from "./rounding.ts";
import { type Source, textOf } from "./source.ts";
import { parseSvg, toSvg } from "./svg-shape.ts";

/**
 * W3C Web Annotation (a page of annotations, as Annotorious and Mirador take them): a box as `xywh=pixel:`, any other shape as SVG,
 * the class as a body that tags. Score, decision, text, measurements and disagreement are terms of our own, which the page's context names; the picture is
 * `urn:uuid:ID`, further pages of it `#page=2` and so on. What findings rest on, where it is asked for, is another (`evidence`), and is not
 * read.
 */
export const w3c: Format = {
  mediaType: 'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"',
  extension: ".jsonld",
  carries: new Set(ASPECTS),
  evidence: true,
  write: (context, findings) => inPieces(page(context, findings)),
  read,
};

const TERMS = {
  score: { "@id": "urn:tessera:score", "@type": "http://www.w3.org/2001/XMLSchema#double" },
  review: { "@id": "urn:tessera:review" },
  text: { "@id": "urn:tessera:text" },
  disagreement: { "@id": "urn:tessera:disagreement", "@type": "http://www.w3.org/2001/XMLSchema#double" },
  measurements: { "@id": "urn:tessera:measurements", "@type": "@json" },
};
const EVIDENCE_TERM = { evidence: { "@id": "urn:tessera:evidence", "@type": "@json" } };

async function* page(context: FormatContext, findings: AsyncIterable<CarriedFinding>): AsyncGenerator<string> {
  const source = `urn:uuid:${context.image.id}`;
  const terms = ["http://www.w3.org/ns/anno.jsonld", { ...TERMS, ...(context.evidence ? EVIDENCE_TERM : {}) }];
  yield `{"@context":${JSON.stringify(terms)},"id":"${source}#annotations","type":"AnnotationPage","items":[`;
  let separator = "\n";
  for await (const finding of findings) {
    yield separator + JSON.stringify(toAnnotation(finding, source));
    separator = ",\n";
  }
  yield "\n]";
  yield* evidenceMember(context);
  yield "}\n";
}

/**
 * A finding as an annotation of a picture, or of what else stands for it. `unit` is written before a box: IIIF viewers want it without,
 * which is pixels too.
 */
export function toAnnotation(
  { id, page, label, score, review, text, measurements, disagreement, box, geometry, evidence }: CarriedFinding,
  source: string,
  unit: "pixel:" | "" = "pixel:",
) {
  const selector = geometry
    ? { type: "SvgSelector", value: toSvg(geometry) }
    : {
        type: "FragmentSelector",
        conformsTo: "http://www.w3.org/TR/media-frags/",
        value: `xywh=${unit}${roundBox(box).join(",")}`,
      };
  return {
    ...(id === undefined ? {} : { id: `urn:uuid:${id}` }),
    type: "Annotation",
    motivation: "tagging",
    body: [{ type: "TextualBody", purpose: "tagging", value: label }],
    target: { type: "SpecificResource", source: page > 0 ? `${source}#page=${page + 1}` : source, selector },
    ...(score === null ? {} : { score: roundScore(score) }),
    ...(review === "unreviewed" ? {} : { review }),
    ...(text ? { text } : {}),
    ...(measurements ? { measurements } : {}),
    ...(typeof disagreement === "number" ? { disagreement: roundScore(disagreement) } : {}),
    ...(evidence ? { evidence } : {}),
  };
}

const bodySchema = z.looseObject({ purpose: z.string().optional(), value: z.string() });
const selectorSchema = z.looseObject({ type: z.string(), value: z.string() });
const sourceSchema = z.union([z.string(), z.looseObject({ id: z.string() }).transform(({ id }) => id)]);
const targetSchema = z.union([
  z.string().transform((whole) => {
    const [source = "", fragment = ""] = whole.split(/#(?=xywh=)/);
    return { source, selector: { type: "FragmentSelector", value: fragment } };
  }),
  z.looseObject({
    source: sourceSchema.default(""),
    selector: z.union([
      selectorSchema,
      z
        .array(selectorSchema)
        .min(1)
        .transform(([first]) => first),
    ]),
  }),
]);
const oneOf = <T extends z.ZodType>(schema: T) =>
  z.union([
    schema,
    z
      .array(schema)
      .min(1)
      .transform((list) => list[0]),
  ]);
const annotationSchema = z.looseObject({
  id: z.string().optional(),
  body: z.union([z.array(z.unknown()), z.unknown().transform((body) => [body])]).default([]),
  target: oneOf(targetSchema),
  score: z.number().min(0).max(1).nullish().catch(null),
  review: z.enum(REVIEW_STATES).catch("unreviewed"),
  text: z.string().min(1).max(2000).optional().catch(undefined),
  measurements: measurementsSchema.optional().catch(undefined),
  disagreement: z.number().min(0).max(1).optional().catch(undefined),
});
type Annotation = z.infer<typeof annotationSchema>;

const LISTS = ["items", "resources"];

async function* read(context: FormatContext, source: Source): AsyncGenerator<Entry> {
  const parts = jsonParts(textOf(source.read()), "a page of W3C annotations", { members: ["type"], lists: LISTS });
  for await (const { key, index, value } of parts) {
    if (key === "type" && value === "Annotation") return yield* readOne(context, source);
    if (key === "type" && value !== "AnnotationPage") refuse();
    if (key !== "type" && index === null) refuse();
    if (index !== null) yield await toEntry(value, `annotation ${index + 1}`, context);
  }
}

function refuse(): never {
  throw new TesseraError("bad-input", "this is neither a page nor a list of W3C annotations");
}

/** A file that is one annotation. */
async function* readOne(context: FormatContext, source: Source): AsyncGenerator<Entry> {
  const annotation: Record<string, unknown> = {};
  const members = ["id", "body", "target", "score", "review", "text", "measurements", "disagreement"];
  for await (const { key, value } of jsonParts(textOf(source.read()), "a W3C annotation", { members })) {
    if (key !== null) annotation[key] = value;
  }
  yield await toEntry(annotation, "annotation 1", context);
}

async function toEntry(raw: unknown, at: string, context: FormatContext): Promise<Entry> {
  try {
    return { finding: await toFinding(annotationSchema.parse(raw), context) };
  } catch (error) {
    return { failed: { at, reason: reasonOf(error) } };
  }
}

async function toFinding(annotation: Annotation, context: FormatContext): Promise<CarriedFinding> {
  const { target, score, review, text, measurements, disagreement } = annotation;
  if (!target?.selector) throw new TesseraError("bad-input", "target: it selects nothing");
  const page = Math.max(0, Number(/#page=(\d{1,6})/.exec(target.source)?.[1] ?? 1) - 1);
  const id = z.uuid().safeParse(annotation.id?.replace(/^urn:uuid:/, ""));
  return {
    ...(id.success ? { id: id.data } : {}),
    page,
    label: labelOf(annotation.body),
    score: score ?? null,
    review,
    ...(text === undefined ? {} : { text }),
    ...(measurements === undefined ? {} : { measurements }),
    ...(disagreement === undefined ? {} : { disagreement }),
    ...(await shapeOf(target.selector, context.image.pages[page])),
  };
}

/** The text that tags; otherwise the first there is. */
function labelOf(bodies: readonly unknown[]): string {
  const texts = bodies.flatMap((body) => {
    const parsed = bodySchema.safeParse(typeof body === "string" ? { value: body } : body);
    return parsed.success ? [parsed.data] : [];
  });
  const tag = texts.find(({ purpose }) => purpose === "tagging" || purpose === "classifying") ?? texts[0];
  return labelSchema.parse(tag?.value ?? "Unclassified");
}

type Size = { width: number; height: number };

async function shapeOf(
  { type, value }: { type: string; value: string },
  size: Size | undefined,
): Promise<Pick<CarriedFinding, "box" | "geometry">> {
  if (type === "SvgSelector") {
    const { geometry, box } = boxAndShape(closeRings(await parseSvg(value)));
    return { geometry, box };
  }
  const [, unit = "pixel:", numbers = ""] = /^xywh=(pixel:|percent:)?(.+)$/.exec(value) ?? [];
  const [x = Number.NaN, y = Number.NaN, w = Number.NaN, h = Number.NaN] = numbers.split(",").map(Number);
  if (![x, y, w, h].every(Number.isFinite) || w < 0 || h < 0) {
    throw new TesseraError("bad-input", `selector: ${type} ${value.slice(0, 60)} is not understood`);
  }
  if (unit === "pixel:") return { box: [x, y, w, h], geometry: null };
  if (!size) throw new TesseraError("bad-input", "selector: the picture has no such page");
  const [across, down] = [size.width / 100, size.height / 100];
  return { box: roundBox([x * across, y * down, w * across, h * down]), geometry: null };
}
