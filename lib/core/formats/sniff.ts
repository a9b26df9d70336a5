import { TesseraError } from "../errors.ts";
import { type Source, textOf } from "./source.ts";

/** Bytes of a file's beginning that tell its format. */
const HEAD_BYTES = 128 * 1024;

/**
 * The format of a file by its beginning, whatever its name. Throws `bad-input` where it is none that is read: then a person names
 * it.
 */
export async function sniffFormat(source: Source): Promise<string> {
  const range = { start: 0, end: Math.min(HEAD_BYTES, source.bytes) };
  let head = "";
  for await (const text of textOf(source.read(range))) head += text;
  const text = head.trimStart();
  if (text.startsWith("PK")) return "yolo";
  if (text.startsWith("fgb\u0003")) return "flatgeobuf";
  if (/^(?:<\?xml[^>]*>|<!--[\s\S]*?-->|<!DOCTYPE[^>]*>|\s)*<annotation[\s>]/.test(text)) return "voc";
  const format = text.startsWith("[") ? formatOfList(text) : text.startsWith("{") ? formatOfObject(text) : null;
  if (format) return format;
  const [firstLine = ""] = text.split(/\r|\n/, 1);
  const columns = firstLine.split(",").map((name) => name.trim().replaceAll('"', ""));
  if (["label", "x", "y", "width", "height"].every((name) => columns.includes(name))) return "csv";
  throw new TesseraError("bad-input", "the format of this file is not known by its content", {
    remedy: "GeoJSON, FlatGeobuf, QuPath, COCO, YOLO, Pascal VOC, Web Annotations and CSV with a header are known",
  });
}

function formatOfList(text: string): string | null {
  if (has(text, "image_id") && has(text, "bbox")) return "coco-results";
  if (has(text, "Feature")) return "qupath";
  return has(text, "Annotation") || has(text, "target") || /^\[\s*\]/.test(text) ? "w3c" : null;
}

function formatOfObject(text: string): string | null {
  if (has(text, "AnnotationPage") || (has(text, "Annotation") && has(text, "target"))) return "w3c";
  if (has(text, "FeatureCollection") || has(text, "Feature")) {
    return has(text, "objectType") || has(text, "classification") ? "qupath" : "geojson";
  }
  if (has(text, "annotations") || has(text, "categories") || has(text, "images")) return "coco";
  return has(text, "features") ? "geojson" : null;
}

/** A word between quotes: the name or the value of a member. */
function has(text: string, word: string): boolean {
  return text.includes(`"${word}"`);
}
