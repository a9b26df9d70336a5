import { z } from "zod";
import { REVIEW_STATES } from "../detection/finding.ts";

/**
 * `?format=&space=&review=` of an export. Rejected findings are left out unless `review` asks for one state or for `all`.
 * `space`: `pixel` keeps pixel coordinates also where the image is georeferenced.
 */
export const exportQuery = z.strictObject({
  format: z.string().min(1).max(40),
  space: z.enum(["pixel", "ground"]).default("ground"),
  review: z.enum([...REVIEW_STATES, "all"]).optional(),
});
export type ExportQuery = z.infer<typeof exportQuery>;

/** What an export would hold: how many findings, and in sentences what its format can't carry of them. */
export const exportPreviewSchema = z.object({ count: z.number().int(), losses: z.array(z.string()) });
export type ExportPreview = z.infer<typeof exportPreviewSchema>;

/** Media types that files of findings have. */
export const FINDING_FILES = [
  "application/json",
  "application/geo+json",
  "application/ld+json",
  "application/xml",
  "application/zip",
  "text/csv",
] as const;
