import { z } from "zod";
import type { Geometry } from "../detection/finding.ts";
import { TesseraError } from "../errors.ts";
import { closedRing, isBoxOutline, type Position } from "../geometry/shape.ts";
import { boxAndShape } from "./feature.ts";
import type { CarriedFinding, Entry, Format, FormatContext } from "./format.ts";
import { labelSchema } from "./label.ts";
import { inPieces } from "./pieces.ts";
import { reasonOf } from "./reason.ts";
import { roundBox, roundPixel, roundScore } from "./rounding.ts";
import { type Source, textOf } from "./source.ts";
import { toXmlText, type XmlToken, xmlTokens } from "./xml-tokens.ts";

/**
 * Pascal VOC XML. Corners are level-0 pixels counted from 0, fractions kept, as today's tools write them (the challenge's own files
 * counted whole pixels from 1). Beyond what the challenge had, an object may have a `score`, a `polygon` (`x1`, `y1`, `x2`, …) and,
 * past a document's first page, a `page` counted from 0; who does not know them passes over them. Reads rotated boxes (`robndbox`).
 */
export const voc: Format = {
  mediaType: "application/xml",
  extension: ".xml",
  carries: new Set(["polygons", "scores", "unscored", "wordless"]),
  write: (context, findings) => inPieces(document(context, findings)),
  read,
};

async function* document({ image }: FormatContext, findings: AsyncIterable<CarriedFinding>): AsyncGenerator<string> {
  const [{ width, height } = { width: 0, height: 0 }] = image.pages;
  yield `<?xml version="1.0" encoding="UTF-8"?>
<annotation>
<filename>${toXmlText(image.name)}</filename>
<size><width>${width}</width><height>${height}</height><depth>3</depth></size>
<segmented>0</segmented>
`;
  for await (const finding of findings) yield toObject(finding);
  yield "</annotation>\n";
}

function toObject({ label, box, geometry, score, page }: CarriedFinding): string {
  const [x, y, width, height] = roundBox(box);
  const ring = geometry?.type === "Polygon" ? (geometry.coordinates[0] ?? []) : [];
  const corners = closedRing(ring)
    .slice(0, -1)
    .map(([cornerX, cornerY], index) => {
      const number = index + 1;
      return `<x${number}>${roundPixel(cornerX)}</x${number}><y${number}>${roundPixel(cornerY)}</y${number}>`;
    });
  return `<object><name>${toXmlText(label)}</name><pose>Unspecified</pose><truncated>0</truncated><difficult>0</difficult>\
<bndbox><xmin>${x}</xmin><ymin>${y}</ymin><xmax>${roundPixel(x + width)}</xmax><ymax>${roundPixel(y + height)}</ymax></bndbox>\
${corners.length > 0 ? `<polygon>${corners.join("")}</polygon>` : ""}\
${score === null ? "" : `<score>${roundScore(score)}</score>`}${page > 0 ? `<page>${page}</page>` : ""}</object>
`;
}

const number = z.string().trim().min(1, "is empty").transform(Number).pipe(z.number());
const cornersSchema = z
  .object({ xmin: number, ymin: number, xmax: number, ymax: number })
  .refine(({ xmin, xmax, ymin, ymax }) => xmax >= xmin && ymax >= ymin, "its corners are the wrong way round");
/** Centre, sides and angle in radians, as roLabelImg writes rotated boxes. */
const rotatedSchema = z.object({ cx: number, cy: number, w: number, h: number, angle: number });
const objectSchema = z.object({
  name: labelSchema,
  page: number.pipe(z.number().int().nonnegative()).default(0),
  score: number.pipe(z.number().min(0).max(1)).nullable().default(null),
});

/** Texts of an object's elements, by their path below it: `bndbox/xmin`. Parts of a person (`part`) are no objects. */
type Fields = Map<string, string>;

async function* read(_: FormatContext, source: Source): AsyncGenerator<Entry> {
  const path: string[] = [];
  let count = 0;
  let fields: Fields = new Map();
  let isEmpty = true;
  for await (const batch of xmlTokens(textOf(source.read()))) {
    for (const token of batch) {
      const isObject = path[1] === "object";
      if (token.kind === "text" && isObject) fields.set(path.slice(2).join("/"), token.text);
      if (token.kind === "close" && isObject && path.length === 2) {
        count++;
        yield toEntry(fields, `object ${count}`);
        fields = new Map();
      }
      follow(path, token);
      isEmpty = false;
    }
  }
  if (isEmpty || path.length > 0) throw new TesseraError("bad-input", "this is not Pascal VOC XML: it ends too early");
}

/** Keeps the path of open elements. Throws `bad-input` where it is not that of such a document. */
function follow(path: string[], token: XmlToken): void {
  if (token.kind === "open") {
    if (path.length === 0 && token.name !== "annotation") {
      throw new TesseraError("bad-input", `this is not Pascal VOC XML: it begins with <${token.name.slice(0, 40)}>`);
    }
    if (!token.closed) path.push(token.name);
  }
  if (token.kind === "close" && path.pop() !== token.name) {
    throw new TesseraError("bad-input", `this is not XML: </${token.name.slice(0, 40)}> closes what is not open`);
  }
}

function toEntry(fields: Fields, at: string): Entry {
  try {
    const { name, page, score } = objectSchema.parse(Object.fromEntries(fields));
    const common = { label: name, page, score, review: "unreviewed" } as const;
    const rotated = below(fields, "robndbox");
    if (rotated.size > 0)
      return { finding: { ...common, ...turned(rotatedSchema.parse(Object.fromEntries(rotated))) } };
    const { xmin, ymin, xmax, ymax } = cornersSchema.parse(Object.fromEntries(below(fields, "bndbox")));
    const geometry = outlineOf(below(fields, "polygon"));
    const box: CarriedFinding["box"] = [xmin, ymin, roundPixel(xmax - xmin), roundPixel(ymax - ymin)];
    return { finding: { ...common, box, geometry: geometry && !isBoxOutline(geometry) ? geometry : null } };
  } catch (error) {
    return { failed: { at, reason: reasonOf(error) } };
  }
}

function below(fields: Fields, element: string): Fields {
  const prefix = `${element}/`;
  const found: Fields = new Map();
  for (const [path, text] of fields) if (path.startsWith(prefix)) found.set(path.slice(prefix.length), text);
  return found;
}

function outlineOf(corners: Fields): Geometry | null {
  const ring: Position[] = [];
  for (let index = 1; corners.has(`x${index}`); index++) {
    ring.push([number.parse(corners.get(`x${index}`)), number.parse(corners.get(`y${index}`) ?? "")]);
  }
  const [first] = ring;
  // The ring is written open, so the first position is added even where the last equals it.
  return first && ring.length >= 3 ? { type: "Polygon", coordinates: [[...ring, first]] } : null;
}

function turned({ cx, cy, w, h, angle }: z.infer<typeof rotatedSchema>): Pick<CarriedFinding, "box" | "geometry"> {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const corner = (alongX: number, alongY: number): Position => {
    const [dx, dy] = [(alongX * w) / 2, (alongY * h) / 2];
    return [roundPixel(cx + dx * cos - dy * sin), roundPixel(cy + dx * sin + dy * cos)];
  };
  const ring = [corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1), corner(-1, -1)];
  return boxAndShape({ type: "Polygon", coordinates: [ring] });
}
