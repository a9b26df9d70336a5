import { z } from "zod";
import { measurementsSchema, REVIEW_STATES } from "../detection/finding.ts";
import { TesseraError } from "../errors.ts";
import { readRecords, toRecord } from "./csv-records.ts";
import { ASPECTS, type CarriedFinding, type Entry, type Format, type FormatContext } from "./format.ts";
import { labelSchema } from "./label.ts";
import { inPieces } from "./pieces.ts";
import { reasonOf } from "./reason.ts";
import { roundBox, roundScore } from "./rounding.ts";
import { type Source, textOf } from "./source.ts";
import { parseWkt, toWkt } from "./wkt.ts";

/**
 * CSV (RFC 4180, UTF-8): a header, then one finding a line, in level-0 pixels. `geometry` is well-known text where the shape is
 * more than its box. Texts that a spreadsheet would take for a formula begin with an apostrophe, which reading takes off again.
 */
export const csv: Format = {
  mediaType: "text/csv; charset=utf-8",
  extension: ".csv",
  carries: new Set(ASPECTS),
  write: (context, findings) => inPieces(lines(context, findings)),
  read,
};

const COLUMNS = [
  "id",
  "image",
  "page",
  "label",
  "score",
  "x",
  "y",
  "width",
  "height",
  "review",
  "geometry",
  "text",
  "measurements",
  "disagreement",
] as const;

async function* lines(context: FormatContext, findings: AsyncIterable<CarriedFinding>): AsyncGenerator<string> {
  yield toRecord(COLUMNS);
  for await (const finding of findings) {
    const { id, page, label, score, box, review, geometry, text, measurements, disagreement } = finding;
    yield toRecord([
      id ?? "",
      context.image.name,
      page,
      label,
      score === null ? "" : roundScore(score),
      ...roundBox(box),
      review,
      geometry ? toWkt(geometry) : "",
      text ?? "",
      measurements ? JSON.stringify(measurements) : "",
      typeof disagreement === "number" ? roundScore(disagreement) : "",
    ]);
  }
}

/** An empty cell counts as an absent one. */
const optional = <T extends z.ZodType>(schema: T) => z.preprocess((cell) => (cell === "" ? undefined : cell), schema);
const number = z.string().trim().min(1, "is empty").transform(Number).pipe(z.number());

function parsedJson(text: string, context: z.RefinementCtx): unknown {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: "custom", message: "is not JSON" });
    return z.NEVER;
  }
}

const rowSchema = z.object({
  id: optional(z.uuid().optional().catch(undefined)),
  page: optional(number.pipe(z.number().int().nonnegative()).default(0)),
  label: labelSchema,
  score: optional(number.pipe(z.number().min(0).max(1)).nullable().default(null)),
  x: number,
  y: number,
  width: number.pipe(z.number().nonnegative()),
  height: number.pipe(z.number().nonnegative()),
  review: optional(z.enum(REVIEW_STATES).default("unreviewed")),
  geometry: z.string().default(""),
  text: z.string().max(2000).default(""),
  measurements: optional(z.string().transform(parsedJson).pipe(measurementsSchema).optional()),
  disagreement: optional(number.pipe(z.number().min(0).max(1)).optional()),
});

async function* read(_: FormatContext, source: Source): AsyncGenerator<Entry> {
  let header: string[] | null = null;
  for await (const { cells, line } of readRecords(textOf(source.read()))) {
    if (header === null) {
      header = requireColumns(cells);
      continue;
    }
    const record = Object.fromEntries(header.map((name, column) => [name, cells[column]]));
    try {
      yield { finding: toFinding(rowSchema.parse(record)) };
    } catch (error) {
      yield { failed: { at: `line ${line}`, reason: reasonOf(error) } };
    }
  }
  if (header === null) requireColumns([]);
}

function requireColumns(header: string[]): string[] {
  const names = header.map((name) => name.trim());
  const missing = ["label", "x", "y", "width", "height"].filter((name) => !names.includes(name));
  if (missing.length === 0) return names;
  throw new TesseraError("bad-input", `the first line has no column ${missing.join(", ")}`, {
    remedy: `name the columns in it: ${COLUMNS.join(",")}`,
  });
}

function toFinding({
  id,
  page,
  label,
  score,
  x,
  y,
  width,
  height,
  review,
  geometry,
  text,
  measurements,
  disagreement,
}: z.infer<typeof rowSchema>): CarriedFinding {
  const shape = geometry === "" ? null : parseWkt(geometry);
  return {
    ...(id === undefined ? {} : { id }),
    page,
    label,
    score,
    box: [x, y, width, height],
    review,
    geometry: shape,
    ...(text === "" ? {} : { text }),
    ...(measurements === undefined ? {} : { measurements }),
    ...(disagreement === undefined ? {} : { disagreement }),
  };
}
