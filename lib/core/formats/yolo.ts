import { TesseraError } from "../errors.ts";
import {
  boundsOfGeometry,
  closedRing,
  isBoxOutline,
  mapPositions,
  type Position,
  ringOfBox,
} from "../geometry/shape.ts";
import { type ClassNumbers, classNumbers } from "./class-numbers.ts";
import { stemOf } from "./file-name.ts";
import type { CarriedFinding, Entry, Format, FormatContext } from "./format.ts";
import { labelSchema } from "./label.ts";
import { inPieces } from "./pieces.ts";
import { reasonOf } from "./reason.ts";
import { roundBox, roundPixel } from "./rounding.ts";
import type { Source } from "./source.ts";
import { textOf } from "./source.ts";
import { linesOf } from "./text-lines.ts";
import { classNames, pageOfLabels } from "./yolo-names.ts";
import { readZip } from "./zip-read.ts";
import { type ZipMember, zipOf } from "./zip-write.ts";

/**
 * YOLO: a zip of `classes.txt` and `labels/NAME.txt`, `NAME_page2.txt` and so on for further pages. Lines are `class x y width height`
 * (centre and sides as parts of the picture's), or, where polygons are among the findings, all of them `class x1 y1 x2 y2 …`, as
 * Ultralytics takes either in one file but not both. What reaches beyond the picture is cut off at its edge. Scores have no place in
 * labels, and holes, several parts, points and lines none in an outline; scores that predictions carry in a sixth column are read.
 */
export const yolo: Format = {
  mediaType: "application/zip",
  extension: ".zip",
  carries: new Set(["polygons", "unscored", "wordless"]),
  write: (context, findings) => zipOf(members(context, findings)),
  read,
};

async function* members(context: FormatContext, findings: AsyncIterable<CarriedFinding>): AsyncGenerator<ZipMember> {
  const numbers = yoloClasses(context.classes);
  yield* yoloLabels(context, findings, numbers);
  yield yoloClassList(numbers);
}

/** Numbers of classes, as the lines of labels give them. */
export const yoloClasses = (labels: readonly string[]): ClassNumbers => classNumbers(labels.map(asLine));

/** The file that names the classes, one a line. */
export function yoloClassList(numbers: ClassNumbers): ZipMember {
  return { path: "classes.txt", texts: inPieces(listed(numbers.labels().map((label) => `${label}\n`))) };
}

/** The files of labels of an image, one a page. */
export async function* yoloLabels(
  context: FormatContext,
  findings: AsyncIterable<CarriedFinding>,
  numbers: ClassNumbers,
): AsyncGenerator<ZipMember> {
  const stem = stemOf(context.image.name);
  const iterator = findings[Symbol.asyncIterator]();
  try {
    let next = await iterator.next();
    // A picture without findings has an empty file of labels: it was looked at.
    if (next.done) yield { path: `labels/${stem}.txt`, texts: inPieces(none()) };
    while (!next.done) {
      const { page } = next.value;
      const first = next.value;
      const lines = async function* (): AsyncGenerator<string> {
        for (let finding = first; ; finding = next.value) {
          yield toLine(finding, context, numbers);
          next = await iterator.next();
          if (next.done || next.value.page !== page) return;
        }
      };
      yield { path: `labels/${stem}${page > 0 ? `_page${page + 1}` : ""}.txt`, texts: inPieces(lines()) };
    }
  } finally {
    await iterator.return?.();
  }
}

async function* none(): AsyncGenerator<string> {}

async function* listed(texts: readonly string[]): AsyncGenerator<string> {
  yield* texts;
}

/** Names stand one a line. */
function asLine(label: string): string {
  return label.replaceAll(/[\r\n]+/g, " ");
}

function toLine(finding: CarriedFinding, { image, polygons }: FormatContext, numbers: ClassNumbers): string {
  const page = image.pages[finding.page] ?? { width: 1, height: 1 };
  const number = numbers.of(asLine(finding.label));
  const within = ([x, y]: Position): Position => [clamp(roundPixel(x), page.width), clamp(roundPixel(y), page.height)];
  if (!polygons) {
    const [left, top, width, height] = cut(finding.box, within);
    return `${number} ${[(left + width / 2) / page.width, (top + height / 2) / page.height, width / page.width, height / page.height].map(part).join(" ")}\n`;
  }
  const positions = outlineOf(finding, within).map(([x, y]) => `${part(x / page.width)} ${part(y / page.height)}`);
  return `${number} ${positions.join(" ")}\n`;
}

function clamp(value: number, most: number): number {
  return Math.min(Math.max(value, 0), most);
}

function cut(box: CarriedFinding["box"], within: (position: Position) => Position): CarriedFinding["box"] {
  const [x, y, width, height] = roundBox(box);
  const [left, top] = within([x, y]);
  const [right, bottom] = within([x + width, y + height]);
  return roundBox([left, top, right - left, bottom - top]);
}

/** The outline of a finding, open: of a polygon its outer ring, of all else its box. */
function outlineOf({ box, geometry }: CarriedFinding, within: (position: Position) => Position): Position[] {
  const outline = geometry?.type === "Polygon" ? geometry.coordinates.slice(0, 1) : [ringOfBox(cut(box, within))];
  const shape = mapPositions({ type: "Polygon", coordinates: outline }, within);
  const ring = isBoxOutline(shape) ? ringOfBox(boundsOfGeometry(shape)) : outline[0]?.map(within);
  return closedRing(ring ?? []).slice(0, -1);
}

/** A part of the picture's side, to far below a millionth of a pixel also where that side is a million pixels. */
function part(value: number): string {
  const rounded = Math.round(value * 1e13) / 1e13;
  // Below a millionth numbers are written with an exponent, which not every reader takes. The other way is the quick one.
  return rounded >= 1e-6 || rounded === 0 ? String(rounded) : rounded.toFixed(13).replace(/0+$/, "");
}

async function* read(context: FormatContext, source: Source): AsyncGenerator<Entry> {
  const entries = await readZip(source);
  const names = await classNames(entries);
  const { image } = context;
  for (const { entry, page } of pageOfLabels(entries, image)) {
    const size = image.pages[page];
    let line = 0;
    for await (const batch of linesOf(textOf(entry.read()))) {
      for (const text of batch) {
        line++;
        if (text.trim() === "") continue;
        const at = `${entry.path}, line ${line}`;
        try {
          if (!size) throw new TesseraError("bad-input", `the picture has no page ${page + 1}`);
          yield { finding: toFinding(text, { page, size, names }) };
        } catch (error) {
          yield { failed: { at, reason: reasonOf(error) } };
        }
      }
    }
  }
}

type Place = { page: number; size: { width: number; height: number }; names: readonly string[] };

function toFinding(line: string, { page, size, names }: Place): CarriedFinding {
  const [number = Number.NaN, ...values] = line.trim().split(/\s+/).map(Number);
  if (![number, ...values].every(Number.isFinite)) throw new TesseraError("bad-input", "it is not a list of numbers");
  const label = names[number];
  if (label === undefined) throw new TesseraError("bad-input", `there is no class ${number} in the list of names`);
  const common = { page, label: labelSchema.parse(label), score: null, review: "unreviewed" } as const;
  if (values.length === 4 || values.length === 5) return { ...common, ...boxOf(values, size), geometry: null };
  if (values.length < 6 || values.length % 2 === 1) {
    throw new TesseraError("bad-input", `it has ${values.length} numbers: neither a box nor a polygon`);
  }
  const ring = values.flatMap((x, index): Position[] => {
    return index % 2 === 0 ? [[roundPixel(x * size.width), roundPixel((values[index + 1] ?? 0) * size.height)]] : [];
  });
  return { ...common, ...shapeOfRing(ring) };
}

function boxOf(values: readonly number[], size: { width: number; height: number }) {
  const [x = 0, y = 0, w = 0, h = 0, score] = values;
  if (w < 0 || h < 0) throw new TesseraError("bad-input", "its sides are negative");
  if (score !== undefined && (score < 0 || score > 1)) throw new TesseraError("bad-input", "its score is not 0 to 1");
  const [width, height] = [w * size.width, h * size.height];
  const box = roundBox([x * size.width - width / 2, y * size.height - height / 2, width, height]);
  return { box, ...(score === undefined ? {} : { score }) };
}

/** The outline of a box, also of one without area (a point, a line along an axis), is the box. */
function shapeOfRing(ring: Position[]): Pick<CarriedFinding, "box" | "geometry"> {
  const [first = [0, 0]] = ring;
  const geometry = { type: "Polygon" as const, coordinates: [[...ring, first]] };
  const bounds = roundBox(boundsOfGeometry(geometry));
  const isBox =
    isBoxOutline(geometry) || JSON.stringify(ringOfBox(bounds).map(rounded)) === JSON.stringify([...ring, first]);
  return { box: bounds, geometry: isBox ? null : geometry };
}

function rounded([x, y]: Position): Position {
  return [roundPixel(x), roundPixel(y)];
}
