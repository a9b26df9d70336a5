import { TesseraError } from "../errors.ts";
import { coco } from "./coco.ts";
import { cocoResults } from "./coco-results.ts";
import { csv } from "./csv.ts";
import type { Format } from "./format.ts";
import { geojson } from "./geojson.ts";
import { qupath } from "./qupath.ts";
import { voc } from "./voc.ts";
import { w3c } from "./w3c.ts";
import { yolo } from "./yolo.ts";

const FORMATS = { coco, "coco-results": cocoResults, geojson, qupath, csv, voc, yolo, w3c } as const satisfies Record<
  string,
  Format
>;

/** Names of the formats, as the command line and the API take them. */
export const FORMAT_IDS: readonly string[] = Object.keys(FORMATS);

/** The format of a name. Throws `bad-input` that lists the names there are. */
export function formatOf(name: string): Format {
  const format = Object.entries(FORMATS).find(([id]) => id === name)?.[1];
  if (format) return format;
  throw new TesseraError("bad-input", `${JSON.stringify(name.slice(0, 40))} is not a format`, {
    remedy: `take one of ${FORMAT_IDS.join(", ")}`,
  });
}
