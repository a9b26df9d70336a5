import { z } from "zod";
import { boxSchema, type Geometry } from "../detection/finding.ts";
import { TesseraError } from "../errors.ts";
import { closedRing, isBoxOutline, type Position, polygonsOf, ringOfBox, signedArea } from "../geometry/shape.ts";
import { type ClassNumbers, classNumbers } from "./class-numbers.ts";
import { baseName } from "./file-name.ts";
import type { CarriedFinding, Entry, Format, FormatContext } from "./format.ts";
import { jsonParts } from "./json-parts.ts";
import { labelSchema } from "./label.ts";
import { inPieces } from "./pieces.ts";
import { reasonOf } from "./reason.ts";
import { roundBox, roundPixel, roundScore } from "./rounding.ts";
import { type Source, textOf } from "./source.ts";

/**
 * COCO detection JSON (cocodataset.org, "data format"), ids from 1, one `image` a page. Carries boxes, outer rings of polygons and
 * scores; holes, points, lines and decisions have no place in it. Categories come last, as labels may turn up while writing.
 */
export const coco: Format = {
  mediaType: "application/json",
  extension: ".json",
  carries: new Set(["polygons", "multiPolygons", "scores", "unscored", "wordless"]),
  write: (context, findings) => inPieces(document(context, findings)),
  read,
};

async function* document(context: FormatContext, findings: AsyncIterable<CarriedFinding>): AsyncGenerator<string> {
  const images = cocoImages(context, 1);
  const categories = classNumbers(context.classes);
  yield `{"images":${JSON.stringify(images)},\n"annotations":[`;
  let id = 0;
  for await (const finding of findings) {
    id++;
    const annotation = cocoAnnotation(finding, {
      id,
      image: finding.page + 1,
      category: categories.of(finding.label) + 1,
    });
    yield `${id === 1 ? "\n" : ",\n"}${JSON.stringify(annotation)}`;
  }
  yield `\n],\n"categories":${JSON.stringify(cocoCategories(categories))}}\n`;
}

/** An `image` for each page, numbered from `first`. */
export function cocoImages({ image: { name, pages } }: Pick<FormatContext, "image">, first: number) {
  return pages.map(({ width, height }, page) => {
    return { id: first + page, width, height, file_name: name, ...(pages.length > 1 ? { page } : {}) };
  });
}

/** The list of categories, numbered from 1. */
export function cocoCategories(numbers: ClassNumbers) {
  return numbers.labels().map((label, index) => ({ id: index + 1, name: label, supercategory: label }));
}

/** A finding as an annotation; `image` and `category` are ids. */
export function cocoAnnotation(
  finding: Omit<CarriedFinding, "page" | "review">,
  { id, image, category }: { id: number; image: number; category: number },
) {
  const bbox = roundBox(finding.box);
  const outlines = finding.geometry ? polygonsOf(finding.geometry).flatMap(([outer]) => (outer ? [outer] : [])) : [];
  const rings = (outlines.length > 0 ? outlines : [ringOfBox(bbox)]).map((ring) => closedRing(ring).slice(0, -1));
  return {
    id,
    image_id: image,
    category_id: category,
    bbox,
    area: roundPixel(rings.reduce((sum, ring) => sum + Math.abs(signedArea(ring)), 0)),
    segmentation: rings.map((ring) => ring.flat()),
    iscrowd: 0,
    ...(finding.score === null ? {} : { score: roundScore(finding.score) }),
  };
}

const headSchema = z.looseObject({
  images: z
    .array(
      z.looseObject({
        id: z.number().int(),
        file_name: z.string(),
        page: z.number().int().nonnegative().optional(),
      }),
    )
    .min(1),
  categories: z.array(z.looseObject({ id: z.number().int(), name: labelSchema })),
});
const annotationSchema = z.looseObject({
  image_id: z.number().int(),
  category_id: z.number().int(),
  bbox: boxSchema,
  /** Polygons as flat lists of numbers; run lengths (an object) are left out. */
  segmentation: z.union([z.array(z.array(z.number())), z.looseObject({})]).nullish(),
  score: z.number().min(0).max(1).nullish(),
});

async function* read(context: FormatContext, source: Source): AsyncGenerator<Entry> {
  const { images, categories } = await headOf(source);
  const pageOfImage = pagesOf(images, context.image.name);
  const labels = new Map(categories.map(({ id, name }) => [id, name]));
  for await (const { index, value } of jsonParts(textOf(source.read()), "COCO JSON", { lists: ["annotations"] })) {
    const at = `annotation ${(index ?? 0) + 1}`;
    const annotation = annotationSchema.safeParse(value);
    const label = annotation.success ? labels.get(annotation.data.category_id) : undefined;
    if (!annotation.success) yield { failed: { at, reason: reasonOf(annotation.error) } };
    else if (label === undefined) {
      yield { failed: { at, reason: `there is no category ${annotation.data.category_id}` } };
    } else {
      const page = pageOfImage.get(annotation.data.image_id);
      if (page !== undefined) yield { finding: toFinding(annotation.data, label, page) };
    }
  }
}

/** Images and categories, which may stand before or after the annotations. */
async function headOf(source: Source): Promise<z.infer<typeof headSchema>> {
  const head: Record<string, unknown> = {};
  const members = ["images", "categories"];
  for await (const { key, value } of jsonParts(textOf(source.read()), "COCO JSON", { members })) {
    if (key !== null) head[key] = value;
  }
  const parsed = headSchema.safeParse(head);
  if (parsed.success) return parsed.data;
  throw new TesseraError("bad-input", `this is not COCO detection JSON: ${reasonOf(parsed.error)}`);
}

/** Which pages of our image the file's images are: the only one, or those of the same file name. */
function pagesOf(images: z.infer<typeof headSchema>["images"], name: string): Map<number, number> {
  const ours = images.length === 1 ? images : images.filter((image) => baseName(image.file_name) === baseName(name));
  if (ours.length === 0) {
    const names = images.slice(0, 3).map((image) => image.file_name);
    throw new TesseraError("bad-input", `the file is about ${images.length} images, none of them ${name}`, {
      remedy: `it names ${names.join(", ")}${images.length > 3 ? ", …" : ""}`,
    });
  }
  return new Map(ours.map((image, index) => [image.id, image.page ?? (ours.length > 1 ? index : 0)]));
}

function toFinding(annotation: z.infer<typeof annotationSchema>, label: string, page: number): CarriedFinding {
  const rings = Array.isArray(annotation.segmentation) ? annotation.segmentation.map(ringOf) : [];
  const geometry = shapeOfRings(rings.filter((ring) => ring.length >= 4));
  return {
    ...{ page, label, box: annotation.bbox, score: annotation.score ?? null, review: "unreviewed" },
    geometry: geometry && !isBoxOutline(geometry) ? geometry : null,
  };
}

function ringOf(flat: readonly number[]): Position[] {
  const positions: Position[] = [];
  for (let index = 0; index + 1 < flat.length; index += 2) positions.push([flat[index] ?? 0, flat[index + 1] ?? 0]);
  const [first] = positions;
  // COCO leaves rings open, so the first position is added even where the last equals it.
  return first ? [...positions, first] : [];
}

function shapeOfRings(rings: Position[][]): Geometry | null {
  const [only] = rings;
  if (!only) return null;
  if (rings.length === 1) return { type: "Polygon", coordinates: [only] };
  return { type: "MultiPolygon", coordinates: rings.map((ring) => [ring]) };
}
