import { classNumbers } from "./class-numbers.ts";
import { cocoAnnotation, cocoCategories, cocoImages } from "./coco.ts";
import { fileEnding, stemOf } from "./file-name.ts";
import type { CarriedFinding, FormatContext } from "./format.ts";
import { inPieces } from "./pieces.ts";
import { writerOf } from "./registry.ts";
import { yoloClasses, yoloClassList, yoloLabels } from "./yolo.ts";
import { type ZipMember, zipOf } from "./zip-write.ts";

/** One image of a set, with its findings in order of page. Names differ from one another. */
export type SetMember = { context: FormatContext; findings: AsyncIterable<CarriedFinding> };

/** What several images make in one format: one COCO document, one YOLO data set with common classes, or a zip of a file for each image. */
export type SetWriter = {
  readonly mediaType: string;
  readonly extension: string;
  /** `classes`: those that are numbered first. Images are asked for one after the other. */
  write(classes: readonly string[], members: AsyncIterable<SetMember>): AsyncIterable<string | Uint8Array>;
};

/** How a set of images is written in a format. Throws `bad-input` for an unknown one. */
export function setWriterOf(format: string): SetWriter {
  const writer = writerOf(format);
  if (format === "coco") {
    return { ...writer, write: (classes, members) => inPieces(cocoSet(classes, members)) };
  }
  const zip = { mediaType: "application/zip", extension: ".zip" };
  if (format === "yolo") return { ...zip, write: (classes, members) => zipOf(yoloSet(classes, members)) };
  return {
    ...zip,
    write: (_classes, members) =>
      zipOf(
        (async function* (): AsyncGenerator<ZipMember> {
          for await (const { context, findings } of members) {
            const path = stemOf(context.image.name) + fileEnding(format, writer.extension);
            yield { path, texts: writer.write(context, findings) };
          }
        })(),
      ),
  };
}

/** Images and categories come last: both are known when all has been read. */
async function* cocoSet(classes: readonly string[], members: AsyncIterable<SetMember>): AsyncGenerator<string> {
  const categories = classNumbers(classes);
  const images: ReturnType<typeof cocoImages> = [];
  let id = 0;
  yield '{"annotations":[';
  for await (const { context, findings } of members) {
    const first = images.length + 1;
    images.push(...cocoImages(context, first));
    for await (const finding of findings) {
      id++;
      const category = categories.of(finding.label) + 1;
      const annotation = cocoAnnotation(finding, { id, image: first + finding.page, category });
      yield `${id === 1 ? "\n" : ",\n"}${JSON.stringify(annotation)}`;
    }
  }
  yield `\n],\n"images":${JSON.stringify(images)},\n"categories":${JSON.stringify(cocoCategories(categories))}}\n`;
}

async function* yoloSet(classes: readonly string[], members: AsyncIterable<SetMember>): AsyncGenerator<ZipMember> {
  const numbers = yoloClasses(classes);
  for await (const { context, findings } of members) yield* yoloLabels(context, findings, numbers);
  yield yoloClassList(numbers);
}
