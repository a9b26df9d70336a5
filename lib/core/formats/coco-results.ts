import { z } from "zod";
import { boxSchema } from "../detection/finding.ts";
import { TesseraError } from "../errors.ts";
import { classNumbers } from "./class-numbers.ts";
import type { CarriedFinding, Entry, Format, FormatContext } from "./format.ts";
import { jsonParts } from "./json-parts.ts";
import { inPieces } from "./pieces.ts";
import { reasonOf } from "./reason.ts";
import { roundBox, roundScore } from "./rounding.ts";
import { type Source, textOf } from "./source.ts";

/**
 * COCO results: a bare list of boxes with scores, as pycocotools' `loadRes` takes it beside a COCO file of the same picture, whose
 * numbers it has: images are pages from 1, categories the classes in the order of the COCO export. Every entry has a score: what a
 * person drew has 1.
 */
export const cocoResults: Format = {
  mediaType: "application/json",
  extension: ".json",
  carries: new Set(["scores", "wordless"]),
  write: (context, findings) => inPieces(results(context, findings)),
  read,
};

async function* results(context: FormatContext, findings: AsyncIterable<CarriedFinding>): AsyncGenerator<string> {
  const categories = classNumbers(context.classes);
  let separator = "[\n";
  for await (const { page, label, box, score } of findings) {
    const entry = {
      image_id: page + 1,
      category_id: categories.of(label) + 1,
      bbox: roundBox(box),
      score: score === null ? 1 : roundScore(score),
    };
    yield separator + JSON.stringify(entry);
    separator = ",\n";
  }
  yield separator === "[\n" ? "[]\n" : "\n]\n";
}

const entrySchema = z.looseObject({
  image_id: z.number().int(),
  category_id: z.number().int(),
  bbox: boxSchema,
  score: z.number().min(0).max(1),
});

async function* read(context: FormatContext, source: Source): AsyncGenerator<Entry> {
  const only = await onlyImage(source);
  const { pages } = context.image;
  for await (const { index, value } of entries(source)) {
    const at = `result ${index + 1}`;
    const entry = entrySchema.safeParse(value);
    if (!entry.success) yield { failed: { at, reason: reasonOf(entry.error) } };
    else {
      const { image_id, category_id, bbox, score } = entry.data;
      const page = only === image_id && pages.length === 1 ? 0 : image_id - 1;
      const label = context.classes[category_id - 1] ?? `category ${category_id}`;
      if (!pages[page]) yield { failed: { at, reason: `image ${image_id} is no page of this picture` } };
      else yield { finding: { page, label, box: bbox, score, review: "unreviewed", geometry: null } };
    }
  }
}

async function* entries(source: Source): AsyncGenerator<{ index: number; value: unknown }> {
  for await (const { key, index, value } of jsonParts(textOf(source.read()), "a list of COCO results", {
    members: ["annotations", "images", "type"],
  })) {
    if (key !== null || index === null) throw new TesseraError("bad-input", "COCO results are a list, not an object");
    yield { index, value };
  }
}

/** The image that all results are about, whatever its number; null where they are about several. */
async function onlyImage(source: Source): Promise<number | null> {
  const idSchema = z.looseObject({ image_id: z.number().int() });
  let only: number | null = null;
  for await (const { value } of entries(source)) {
    const id = idSchema.safeParse(value);
    if (!id.success || id.data.image_id === only) continue;
    if (only !== null) return null;
    only = id.data.image_id;
  }
  return only;
}
