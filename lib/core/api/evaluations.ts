import { z } from "zod";
import { averagePrecision } from "../evaluation/average-precision.ts";
import { confusion } from "../evaluation/confusion.ts";
import { type Compared, evaluate } from "../evaluation/evaluate.ts";

const iou = z.number().gt(0).max(1);

/** `POST /runs/:id/evaluate`: against what was imported to the image, or one import of it. */
export const evaluateRunSchema = z.strictObject({
  /** Findings match from this overlap (intersection over union) on. */
  iou: iou.default(0.5),
  import: z.uuid().optional(),
});

const ratio = z.number().nullable();
const measuresSchema = z.object({
  truths: z.number().int(),
  findings: z.number().int(),
  truePositives: z.number().int(),
  falsePositives: z.number().int(),
  falseNegatives: z.number().int(),
  /** Null where there is nothing to divide by. */
  precision: ratio,
  recall: ratio,
  f1: ratio,
  /** Average precision as COCO defines it, at IoU 0.5 and the mean over 0.5 to 0.95; overall the mean of the classes. */
  ap50: ratio,
  ap: ratio,
});

/** How well a run's findings fit the truth. */
export const evaluationSchema = z.object({
  runId: z.uuid(),
  iou,
  overall: measuresSchema,
  classes: z.array(measuresSchema.extend({ label: z.string() })),
  /** Matched by place alone: rows are labels of the truth, columns of findings. */
  confusion: z.object({
    labels: z.array(z.string()),
    counts: z.array(z.array(z.number().int())),
    missed: z.array(z.number().int()),
    invented: z.array(z.number().int()),
  }),
});
export type EvaluationReport = z.infer<typeof evaluationSchema>;

/** All that is told of findings beside the truth. */
export function evaluationOf(
  runId: string,
  { findings, truths, iou: iouThreshold }: { findings: readonly Compared[]; truths: readonly Compared[]; iou: number },
): EvaluationReport {
  const { overall, classes } = evaluate({ findings, truths, iouThreshold });
  const precision = averagePrecision({ findings, truths });
  const none = { ap50: null, ap: null };
  return {
    runId,
    iou: iouThreshold,
    overall: { ...overall, ...precision.overall },
    classes: classes.map((measures) => ({ ...measures, ...(precision.byLabel.get(measures.label) ?? none) })),
    confusion: confusion(findings, truths, iouThreshold),
  };
}
