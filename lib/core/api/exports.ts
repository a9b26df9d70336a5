import { z } from "zod";
import { FINDING_SOURCES, REVIEW_STATES } from "../detection/finding.ts";
import { SPACES } from "../formats/format.ts";
import { labelList, viewFilterShape } from "./findings.ts";
import { reportChoices } from "./reports.ts";

/** One run or, given several times, all of them. */
const runList = z.union([z.uuid().transform((run) => [run]), z.array(z.uuid()).min(1).max(200)]);

/**
 * `?format=&space=&review=&label=&minScore=&page=&labelScores=&source=&minSide=&maxSide=` of an export. Rejected findings are left out unless `review` asks for one state or
 * for `all`; the others narrow it as they do a list of findings: without a score they pass any `minScore`.
 * `space`: `pixel` keeps pixel coordinates also where the image is georeferenced, `source` takes those of the coordinate system that it
 * came in, which FlatGeobuf alone can name. `crops` and `cropCount` are of reports (`pdf`) alone,
 * `evidence`: with what each finding rests on, in formats that have a place for it (`geojson`, `w3c`).
 * `run`, of an image: of these runs alone.
 * `tile` (side of a tile in pixels) and `validation` (part of the objects to check on) of training sets (`training`).
 */
export const exportQuery = z.strictObject({
  format: z.string().min(1).max(40),
  space: z.enum(SPACES).default("ground"),
  review: z.enum([...REVIEW_STATES, "all"]).optional(),
  label: labelList.optional(),
  minScore: z.coerce.number().min(0).max(1).optional(),
  page: z.coerce.number().int().min(0).optional(),
  run: runList.optional(),
  evidence: z.union([z.boolean(), z.stringbool()]).optional(),
  ...viewFilterShape,
  crops: reportChoices.crops.unwrap().optional(),
  cropCount: reportChoices.cropCount.unwrap().optional(),
  tile: z.coerce.number().int().min(64).max(4096).optional(),
  validation: z.coerce.number().min(0).max(0.9).optional(),
});
export type ExportQuery = z.infer<typeof exportQuery>;

/**
 * `?format=…` of an export of a collection as one set. `runs`: of each image what its latest run found that ended completed or partial, or
 * with `all` everything that the image has, imported and drawn findings too.
 */
export const collectionExportQuery = exportQuery
  .pick({ format: true, review: true, label: true, minScore: true })
  .extend({ space: z.enum(["pixel", "ground"]).default("ground"), runs: z.enum(["latest", "all"]).default("latest") });
export type CollectionExportQuery = z.infer<typeof collectionExportQuery>;

/** What a kept export was asked for: of an image or a run, or with `runs` of a collection. */
export type KeptQuery = ExportQuery & Partial<Pick<CollectionExportQuery, "runs">>;

/** What an export would hold: how many findings, and in sentences what its format can't carry of them. */
export const exportPreviewSchema = z.object({ count: z.number().int(), losses: z.array(z.string()) });
export type ExportPreview = z.infer<typeof exportPreviewSchema>;

/** The same of a collection: of how many images, and how many of them are in the set without any findings, as no run of theirs has ended. */
export const collectionExportPreviewSchema = exportPreviewSchema.extend({
  images: z.number().int(),
  withoutRun: z.number().int(),
});
export type CollectionExportPreview = z.infer<typeof collectionExportPreviewSchema>;

/** Media types that files of findings have. */
export const FINDING_FILES = [
  "application/json",
  "application/geo+json",
  "application/ld+json",
  "application/xml",
  "application/vnd.flatgeobuf",
  "application/zip",
  "application/pdf",
  "text/csv",
  "text/plain",
  "application/xhtml+xml",
] as const;

/** `queued` until a worker takes it, `running` while it is written, `ready` to be fetched, or `failed`. */
const EXPORT_STATES = ["queued", "running", "ready", "failed"] as const;
export type ExportJobState = (typeof EXPORT_STATES)[number];

/** `POST /images/:id/exports`: what to write, of one run, of several, or of the whole image. */
export const newExportSchema = exportQuery.extend({
  run: z
    .union([z.uuid(), z.array(z.uuid()).min(1).max(200)])
    .nullable()
    .default(null),
});
export type NewExport = z.infer<typeof newExportSchema>;

/** An export that is written in the background and kept until it expires, of an image or of a collection. */
export const exportJobSchema = z.object({
  id: z.uuid(),
  imageId: z.uuid().nullable(),
  collectionId: z.uuid().nullable(),
  runId: z.uuid().nullable(),
  /** The runs that it is of, where they are several of its image. */
  runs: z.array(z.uuid()).nullable(),
  format: z.string(),
  space: z.enum(SPACES),
  review: z.enum([...REVIEW_STATES, "all"]).nullable(),
  label: z.array(z.string()).nullable(),
  minScore: z.number().nullable(),
  page: z.number().int().nullable(),
  evidence: z.boolean(),
  labelScores: z.record(z.string(), z.number()).nullable(),
  source: z.enum(FINDING_SOURCES).nullable(),
  minSide: z.number().nullable(),
  maxSide: z.number().nullable(),
  state: z.enum(EXPORT_STATES),
  /** Findings in it, and how many of them are written; the first is null until they are counted. */
  total: z.number().int().nullable(),
  written: z.number().int(),
  losses: z.array(z.string()),
  fileName: z.string().nullable(),
  bytes: z.number().int().nullable(),
  sha256: z.string().nullable(),
  error: z.string().nullable(),
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  /** Where its file is, once it is ready. */
  path: z.string().nullable(),
});
export type ExportJob = z.infer<typeof exportJobSchema>;

/** `/exports/:id`. */
export const exportParams = z.object({ exportId: z.uuid() });
