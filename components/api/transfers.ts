import { type ExportJob, type ExportPreview, exportJobSchema, exportPreviewSchema } from "#lib/core/api/exports.ts";
import {
  type Import,
  type ImportReport,
  type ImportUndo,
  importReportSchema,
  importSchema,
  importUndoSchema,
} from "#lib/core/api/imports.ts";
import { pageOf } from "#lib/core/api/params.ts";
import type { Finding, ReviewState } from "#lib/core/detection/finding.ts";
import type { Space } from "#lib/core/formats/format.ts";
import { query, send, sendJson } from "./http.ts";

/** A format that findings leave in. */
export type ExportFormat = {
  id: string;
  name: string;
  hint: string;
  /** Of one picture or run as such, never of a set of pictures or a part of a comparison. */
  ofOne?: true;
  /** It has places on earth. */
  placed?: true;
  /** It can say in which coordinate system it is, whichever that is. */
  anyCrs?: true;
  /** It has a place for what findings rest on. */
  evidence?: true;
};

export const EXPORT_FORMATS: readonly ExportFormat[] = [
  { id: "coco", name: "COCO", hint: "detection JSON" },
  {
    id: "pdf",
    name: "Report (PDF)",
    hint: "the run on paper: picture, counts, review, crops; signed",
    ofOne: true,
  },
  { id: "coco-results", name: "COCO results", hint: "boxes and scores for pycocotools" },
  {
    id: "geojson",
    name: "GeoJSON",
    hint: "for maps: longitude and latitude where the picture has a place on earth",
    placed: true,
    evidence: true,
  },
  {
    id: "flatgeobuf",
    name: "FlatGeobuf",
    hint: "for GDAL, QGIS and PostGIS, quicker than GeoJSON",
    placed: true,
    anyCrs: true,
  },
  { id: "qupath", name: "QuPath", hint: "GeoJSON as QuPath opens it" },
  { id: "yolo", name: "YOLO", hint: "zip of labels for training" },
  {
    id: "training",
    name: "Training set",
    hint: "zip of tiles with YOLO and COCO labels, parted by region to learn from and to check on",
    ofOne: true,
  },
  { id: "voc", name: "Pascal VOC", hint: "XML" },
  { id: "w3c", name: "Web Annotation", hint: "W3C JSON-LD, for Mirador and Annotorious", evidence: true },
  { id: "csv", name: "CSV", hint: "one finding a line, for spreadsheets" },
  { id: "txt", name: "Plain text", hint: "words in reading order" },
  { id: "hocr", name: "hOCR", hint: "words on their page" },
  { id: "alto", name: "ALTO", hint: "XML of libraries" },
];

/** The format of an id. */
export const exportFormat = (id: string): ExportFormat | undefined => EXPORT_FORMATS.find((each) => each.id === id);

/** Formats that any findings leave in, also those of several pictures. */
export const SET_FORMATS: readonly ExportFormat[] = EXPORT_FORMATS.filter(({ ofOne }) => ofOne !== true);

/** What to export: of a run, of several (`runs`), or of the whole image, in which review state (null: all but rejected ones). */
export type ExportChoice = {
  imageId: string;
  runId: string | null;
  runs: readonly string[] | null;
  format: string;
  review: ReviewState | "all" | null;
  /** In which coordinates; null: longitude and latitude where the picture and the format have them. */
  space: Space | null;
  /** Only what passes it. */
  filter: {
    label: readonly string[] | null;
    minScore: number | null;
    page: number | null;
    labelScores: Readonly<Record<string, number>> | null;
    source: Finding["source"] | null;
    minSide: number | null;
    maxSide: number | null;
  };
  /** With what each finding rests on; null where the format has no place for it. */
  evidence: boolean | null;
};

const scopeOf = ({ imageId, runId }: ExportChoice): string =>
  runId === null ? `/api/v1/images/${imageId}/export` : `/api/v1/runs/${runId}/export`;

/** Labels and runs are one parameter each; an empty label stands for none of them. */
function searchOf(choice: ExportChoice): string {
  const { format, review, space, evidence, runs } = choice;
  const { label, labelScores, ...rest } = choice.filter;
  const labels = (label?.length === 0 ? [""] : (label ?? [])).map((each) => `&label=${encodeURIComponent(each)}`);
  const chosenRuns = (runs ?? []).map((run) => `&run=${run}`);
  const scores = labelScores && JSON.stringify(labelScores);
  return (
    query({
      format,
      review,
      space,
      evidence: evidence === null ? null : String(evidence),
      labelScores: scores,
      ...rest,
    }) + [...labels, ...chosenRuns].join("")
  );
}

/** Where the export is downloaded as it is written. */
export const exportAddress = (choice: ExportChoice): string => scopeOf(choice) + searchOf(choice);

/** Where it is said how many findings it would hold, and what the format leaves out. */
export const previewAddress = (choice: ExportChoice): string => `${scopeOf(choice)}/preview${searchOf(choice)}`;

export const readPreview = (address: string, signal: AbortSignal): Promise<ExportPreview> =>
  sendJson(exportPreviewSchema, address, { signal });

/** Asks for an export that is written in the background. */
export const requestExport = ({
  imageId,
  runId,
  runs,
  format,
  review,
  space,
  evidence,
  filter,
}: ExportChoice): Promise<ExportJob> =>
  sendJson(exportJobSchema, `/api/v1/images/${imageId}/exports`, {
    method: "POST",
    body: { format, run: runs ?? runId, ...given({ review, space, evidence, ...filter }) },
  });

/** What is not null. */
const given = (values: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));

const jobsPage = pageOf(exportJobSchema);

/** The kept exports of what is at `subject`, as `/api/v1/images/ID` or `/api/v1/collections/ID`, newest first. */
export const listExports = async (subject: string, signal: AbortSignal): Promise<ExportJob[]> =>
  (await sendJson(jobsPage, `${subject}/exports`, { signal })).items;

export async function removeExport(id: string): Promise<void> {
  await send(`/api/v1/exports/${id}`, { method: "DELETE" });
}

/** How a file is to come in. `classes` renames them; null leaves one out. */
export type ImportChoice = {
  dryRun: boolean;
  classes: Readonly<Record<string, string | null>>;
  duplicates: "skip" | "add";
  /** The import that the file joins. */
  import: string | null;
};

/** Brings a file's findings in, or says what would come in. */
export function importFindings(
  imageId: string,
  file: File,
  { dryRun, classes, duplicates, import: joined }: ImportChoice,
  signal: AbortSignal,
): Promise<ImportReport> {
  const search = query({
    name: file.name,
    dryRun: String(dryRun),
    classes: JSON.stringify(classes),
    ...{ duplicates, import: joined },
  });
  return sendJson(importReportSchema, `/api/v1/images/${imageId}/import${search}`, { method: "POST", file, signal });
}

const importsPage = pageOf(importSchema);

/** What was brought in to the image, newest first. */
export const listImports = async (imageId: string, signal: AbortSignal): Promise<Import[]> =>
  (await sendJson(importsPage, `/api/v1/images/${imageId}/imports`, { signal })).items;

/** Takes an import back. */
export const undoImport = (id: string): Promise<ImportUndo> =>
  sendJson(importUndoSchema, `/api/v1/imports/${id}/undo`, { method: "POST" });
