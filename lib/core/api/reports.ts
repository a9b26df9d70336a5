import { z } from "zod";
import { CROP_CHOICES } from "../report/report-facts.ts";
import { labelList, viewFilterShape } from "./findings.ts";

const MOST_CROPS = 1000;

/** Which findings a report shows one by one, and how many. */
export const reportChoices = {
  crops: z.enum(CROP_CHOICES).default("top"),
  cropCount: z.coerce.number().int().min(0).max(MOST_CROPS).default(24),
};

/** `/runs/:id/report?label=&minScore=&page=&labelScores=&source=&minSide=&maxSide=&crops=&cropCount=`: which findings it tells of, and which of them with their crops. */
export const reportQuery = z.object({
  label: labelList.optional(),
  minScore: z.coerce.number().min(0).max(1).optional(),
  page: z.coerce.number().int().min(0).optional(),
  ...viewFilterShape,
  ...reportChoices,
});
export type ReportQuery = z.infer<typeof reportQuery>;
