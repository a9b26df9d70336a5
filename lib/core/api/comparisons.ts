import { z } from "zod";
import { SPACES } from "../formats/format.ts";
import { otherSideSchema } from "./compared-places.ts";

const PARTS = ["matched", "renamed", "only-here", "only-there"] as const;
export type ComparedPart = (typeof PARTS)[number];

/** `GET /runs/:id/compare?with=…`: another run of the image, or a set of findings there. Rejected findings take no part. */
export const compareQuery = z.strictObject({
  with: otherSideSchema,
  /** Findings are one where they overlap at least so much (intersection over union). */
  iou: z.coerce.number().gt(0).max(1).default(0.5),
});
export type CompareQuery = z.infer<typeof compareQuery>;

/** `GET /runs/:id/compare/export?with=…&part=…&format=…`: of pairs, the findings of the run itself. */
export const compareExportQuery = compareQuery.extend({
  part: z.enum(PARTS),
  format: z.string().min(1).max(40),
  space: z.enum(SPACES).default("ground"),
});
export type CompareExportQuery = z.infer<typeof compareExportQuery>;

const counts = {
  here: z.number().int(),
  there: z.number().int(),
  /** At one place under one name. */
  matched: z.number().int(),
  onlyHere: z.number().int(),
  onlyThere: z.number().int(),
  /** 2 · matched / (here + there); null where there is nothing. */
  agreement: z.number().nullable(),
};

/** How far two sets of findings agree, on the whole and class by class. */
export const comparisonSchema = z.object({
  imageId: z.uuid(),
  iou: z.number(),
  ...counts,
  /** At one place under two names. */
  renamed: z.number().int(),
  /** Mean overlap of what matched; null where nothing did. */
  meanIou: z.number().nullable(),
  /** A finding of a class that has another name there counts as only here, and only there under that name. */
  classes: z.array(z.object({ label: z.string(), ...counts })),
  /** Names that stand for each other, most frequent first. */
  names: z.array(z.object({ here: z.string(), there: z.string(), count: z.number().int() })),
});
export type ComparisonSummary = z.infer<typeof comparisonSchema>;
