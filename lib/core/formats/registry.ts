import { TesseraError } from "../errors.ts";
import { alto } from "./alto.ts";
import { coco } from "./coco.ts";
import { cocoResults } from "./coco-results.ts";
import { csv } from "./csv.ts";
import { flatgeobuf } from "./flatgeobuf.ts";
import type { Format, Writer } from "./format.ts";
import { geojson } from "./geojson.ts";
import { hocr } from "./hocr.ts";
import { qupath } from "./qupath.ts";
import { txt } from "./txt.ts";
import { voc } from "./voc.ts";
import { w3c } from "./w3c.ts";
import { yolo } from "./yolo.ts";

const FORMATS = {
  coco,
  "coco-results": cocoResults,
  geojson,
  flatgeobuf,
  qupath,
  csv,
  voc,
  yolo,
  w3c,
} as const satisfies Record<string, Format>;

/** Pages of text, made of the words among findings. */
const TEXT_FORMATS = { hocr, alto, txt } as const satisfies Record<string, Writer>;

/** Names of the formats that findings can be written in. */
export const EXPORT_FORMAT_IDS: readonly string[] = [...Object.keys(FORMATS), ...Object.keys(TEXT_FORMATS)];

/** The report of a run, which is more than its findings: `lib/server/reports` makes it. */
export const REPORT_FORMAT = "pdf";

/** Tiles with their labels, to train a detector on: `lib/server/exports/training-set.ts` cuts them. */
export const TRAINING_FORMAT = "training";

/** The format to write of a name. Throws `bad-input` that lists the names there are. */
export function writerOf(name: string): Writer {
  const writer = Object.entries({ ...FORMATS, ...TEXT_FORMATS }).find(([id]) => id === name)?.[1];
  if (writer) return writer;
  throw notAFormat(name, EXPORT_FORMAT_IDS);
}

/** Names of the formats that can be read as well, as the command line and the API take them. */
export const FORMAT_IDS: readonly string[] = Object.keys(FORMATS);

/** The format, to be read or written, of a name. Throws `bad-input` that lists the names there are. */
export function formatOf(name: string): Format {
  const format = Object.entries(FORMATS).find(([id]) => id === name)?.[1];
  if (format) return format;
  throw notAFormat(name, FORMAT_IDS);
}

function notAFormat(name: string, known: readonly string[]): TesseraError {
  return new TesseraError("bad-input", `${JSON.stringify(name.slice(0, 40))} is not a format`, {
    remedy: `take one of ${known.join(", ")}`,
  });
}
