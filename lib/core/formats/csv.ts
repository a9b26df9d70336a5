import { z } from "zod";
import { REVIEW_STATES } from "../detection/finding.ts";
import { TesseraError } from "../errors.ts";
import { parseRecords, toRecord } from "./csv-records.ts";
import type { CarriedFinding, Format, FormatContext, Parsed } from "./format.ts";
import { inPieces } from "./pieces.ts";
import { reasonOf } from "./reason.ts";
import { roundBox, roundScore } from "./rounding.ts";
import { parseWkt, toWkt } from "./wkt.ts";

/**
 * CSV (RFC 4180, UTF-8): a header, then one finding a line, in level-0 pixels. `geometry` is well-known text where the shape is
 * more than its box. Texts that a spreadsheet would take for a formula begin with an apostrophe, which reading takes off again.
 */
export const csv: Format = {
  mediaType: "text/csv; charset=utf-8",
  extension: ".csv",
  write: (context, findings) => inPieces(lines(context, findings)),
  read,
};

const COLUMNS = ["id", "image", "page", "label", "score", "x", "y", "width", "height", "review", "geometry"] as const;

async function* lines(context: FormatContext, findings: AsyncIterable<CarriedFinding>): AsyncGenerator<string> {
  yield toRecord(COLUMNS);
  for await (const { id, page, label, score, box, review, geometry } of findings) {
    yield toRecord([
      id ?? "",
      context.image.name,
      page,
      label,
      score === null ? "" : roundScore(score),
      ...roundBox(box),
      review,
      geometry ? toWkt(geometry) : "",
    ]);
  }
}

/** An empty cell counts as an absent one. */
const optional = <T extends z.ZodType>(schema: T) => z.preprocess((cell) => (cell === "" ? undefined : cell), schema);
const number = z.string().trim().min(1, "is empty").transform(Number).pipe(z.number());

const rowSchema = z.object({
  id: optional(z.uuid().optional().catch(undefined)),
  page: optional(number.pipe(z.number().int().nonnegative()).default(0)),
  label: z.string().min(1).max(200),
  score: optional(number.pipe(z.number().min(0).max(1)).nullable().default(null)),
  x: number,
  y: number,
  width: number.pipe(z.number().nonnegative()),
  height: number.pipe(z.number().nonnegative()),
  review: optional(z.enum(REVIEW_STATES).default("unreviewed")),
  geometry: z.string().default(""),
});

function read(_: FormatContext, text: string): Parsed {
  const [header = [], ...records] = parseRecords(text);
  const missing = ["label", "x", "y", "width", "height"].filter((name) => !header.includes(name));
  if (missing.length > 0) {
    throw new TesseraError("bad-input", `the first line has no column ${missing.join(", ")}`, {
      remedy: `name the columns in it: ${COLUMNS.join(",")}`,
    });
  }
  const result: Parsed = { parsed: [], failed: [] };
  for (const [index, record] of records.entries()) {
    const cells = Object.fromEntries(header.map((name, column) => [name, record[column]]));
    try {
      result.parsed.push(toFinding(rowSchema.parse(cells)));
    } catch (error) {
      result.failed.push({
        at: `record ${index + 2}`,
        reason: reasonOf(error),
      });
    }
  }
  return result;
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
  };
}
