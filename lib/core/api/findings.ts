import { z } from "zod";
import { FINDING_SOURCES, findingPatchSchema, REVIEW_STATES } from "../detection/finding.ts";
import { jsonText, limitSchema } from "./params.ts";

/** `x,y,w,h` in level-0 pixels, as it stands in addresses. */
const boxText = z
  .string()
  .transform((text) => text.split(",").map(Number))
  .pipe(
    z.tuple([z.number(), z.number(), z.number().nonnegative(), z.number().nonnegative()], "reads x,y,w,h in pixels"),
  );

/** One label or, given several times, any of them. */
export const labelList = z.union([z.string().transform((label) => [label]), z.array(z.string()).max(200)]);

const thresholds = z.record(z.string(), z.number().min(0).max(1));

/** What the viewer narrows findings by beside class, least score, review and page. */
export const viewFilterShape = {
  /** `{"class":0.5}`, in addresses as JSON: thresholds of classes that have one of their own, in place of `minScore`. */
  labelScores: z.union([thresholds, jsonText.pipe(thresholds)]).optional(),
  source: z.enum(FINDING_SOURCES).optional(),
  /** The longer side of the box, in pixels. */
  minSide: z.coerce.number().min(0).optional(),
  maxSide: z.coerce.number().min(0).optional(),
};

/** Which findings of an image: what is absent filters nothing. Findings without a score pass every `minScore`. */
const filterShape = {
  run: z.uuid().optional(),
  page: z.coerce.number().int().min(0).optional(),
  bbox: boxText.optional(),
  label: labelList.optional(),
  minScore: z.coerce.number().min(0).max(1).optional(),
  review: z.enum(REVIEW_STATES).optional(),
  ...viewFilterShape,
};

export const FINDING_SORTS = [
  "id",
  "score",
  "-score",
  "uncertainty",
  "-disagreement",
  "label",
  "size",
  "-size",
] as const;
export type FindingSort = (typeof FINDING_SORTS)[number];

/** `GET /images/:id/findings`. `uncertainty`: nearest to a score of one half first; `-disagreement`: what tiles that overlap agree on least. */
export const findingListQuery = z.strictObject({
  ...filterShape,
  sort: z.enum(FINDING_SORTS).default("id"),
  limit: limitSchema,
  cursor: z.string().max(500).optional(),
});
export type FindingListQuery = z.infer<typeof findingListQuery>;

/** `GET /images/:id/findings/summary`. */
export const findingSummaryQuery = z.strictObject(filterShape);
export type FindingFilter = z.infer<typeof findingSummaryQuery>;

/** Counts of an image's findings; `histogram` has 20 equal bins of scores from 0 to 1. */
export const findingSummarySchema = z.object({
  total: z.number().int(),
  labels: z.array(z.object({ label: z.string(), count: z.number().int() })),
  review: z.record(z.enum(REVIEW_STATES), z.number().int()),
  histogram: z.array(z.number().int()).length(20),
});
export type FindingSummary = z.infer<typeof findingSummarySchema>;

/** `/images/:id/findings/tiles/:level/:x/:y`: a tile of 512 × 2^level level-0 pixels. */
export const findingTileParams = z.object({
  imageId: z.uuid(),
  level: z.coerce.number().int().min(0).max(40),
  x: z.coerce.number().int().min(0),
  y: z.coerce.number().int().min(0),
});
export const findingTileQuery = z.strictObject({
  run: filterShape.run,
  page: z.coerce.number().int().min(0).default(0),
  label: filterShape.label,
  minScore: filterShape.minScore,
  review: filterShape.review,
  /** Of the binary form. 2: every finding or, where there are too many, their density. */
  version: z
    .enum(["1", "2"])
    .default("1")
    .transform((version): 1 | 2 => (version === "2" ? 2 : 1)),
  /** Version 2: only findings with a shape whose longer side is at least so many pixels, with their outlines. */
  outlines: z.coerce.number().min(0).optional(),
});

/** So many findings can be named one by one in a bulk decision. */
export const BULK_IDS_LIMIT = 10_000;

/** `POST /findings/bulk`: one decision over a filter. */
export const bulkRequestSchema = z.strictObject({
  imageId: z.uuid(),
  filter: z
    .strictObject({
      run: z.uuid(),
      page: z.number().int().min(0),
      bbox: z.tuple([z.number(), z.number(), z.number().nonnegative(), z.number().nonnegative()]),
      label: z.array(z.string()).max(200),
      minScore: z.number().min(0).max(1),
      review: z.enum(REVIEW_STATES),
      ids: z.array(z.uuid()).max(BULK_IDS_LIMIT),
    })
    .partial()
    .default({}),
  /** What its sender calls the decision; sent again under the same name it is not made again. */
  undo: z.uuid().optional(),
  change: z
    .strictObject({
      review: findingPatchSchema.shape.review,
      label: findingPatchSchema.shape.label,
      /** Removes what a person drew or brought in without a score, unless it is locked; what has a score is rejected. */
      remove: z.literal(true).optional(),
    })
    .refine((change) => Object.keys(change).length > 0, "name a decision or a label"),
});
export type BulkRequest = z.infer<typeof bulkRequestSchema>;

/** What a bulk decision did. `undo` takes it back by `POST /findings/bulk/undo`. */
export const bulkResultSchema = z.object({ count: z.number().int(), undo: z.uuid() });
/** What is taken back; `as` names the taking back, which can be taken back in turn. */
export const bulkUndoSchema = z.strictObject({ undo: z.uuid(), as: z.uuid().optional() });

/** A remark on a finding. */
export const newCommentSchema = z.strictObject({
  /** May be the sender's: sent again, the remark is there already. */
  id: z.uuid({ version: "v7" }).optional(),
  text: z.string().trim().min(1).max(5000),
});
export const commentSchema = z.object({
  id: z.uuid(),
  findingId: z.uuid(),
  actor: z.string(),
  text: z.string(),
  createdAt: z.iso.datetime(),
});
export type FindingComment = z.infer<typeof commentSchema>;

/** An entry of a finding's history: who did what, and the fields before and after. */
export const historyEntrySchema = z.object({
  actor: z.string(),
  action: z.string(),
  before: z.record(z.string(), z.unknown()).nullable(),
  after: z.record(z.string(), z.unknown()).nullable(),
  createdAt: z.iso.datetime(),
});
export type HistoryEntry = z.infer<typeof historyEntrySchema>;
