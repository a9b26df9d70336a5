import { z } from "zod";
import { averagePrecisionFrom } from "../evaluation/average-precision.ts";
import { confusion } from "../evaluation/confusion.ts";
import { type Compared, type Evaluation, evaluationOfMatches } from "../evaluation/evaluate.ts";
import { BESIDE } from "../evaluation/mistakes.ts";
import { matchAt, type Overlaps, overlapsOf, overlapsWhere } from "../evaluation/overlaps.ts";

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
  /** Recall averaged over the same overlaps. */
  ar: ratio,
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

/** More labels than these are counted as one in the table of what was taken for what. */
const MOST_LABELS = 60;
const OTHERS = "(others)";

type Sides = { findings: readonly Compared[]; truths: readonly Compared[]; iou: number };

/** All that is told of findings beside the truth. */
export const evaluationOf = (runId: string, sides: Sides): EvaluationReport => matchedEvaluation(runId, sides).report;

/** The same with what matched, and with what lies beside what, whatever its name. */
export function matchedEvaluation(
  runId: string,
  { findings, truths, iou: iouThreshold }: Sides,
): { report: EvaluationReport; matches: Evaluation["matches"]; near: Overlaps } {
  // What lies beside what is looked for once; all that follows walks over it.
  const near = overlapsOf(findings, truths, { least: Math.min(BESIDE, iouThreshold), accept: () => true });
  const same = overlapsWhere(near, (finding, truth) => findings[finding]?.label === truths[truth]?.label);
  const { overall, classes, matches } = evaluationOfMatches({ findings, truths }, matchAt(same, iouThreshold));
  const precision = averagePrecisionFrom({ findings, truths }, same);
  const none = { ap50: null, ap: null, ar: null };
  const frequent = new Set(
    classes
      .toSorted((a, b) => b.truths + b.findings - a.truths - a.findings)
      .slice(0, MOST_LABELS)
      .map(({ label }) => label),
  );
  const named = (list: readonly Compared[]): readonly Compared[] =>
    classes.length <= MOST_LABELS
      ? list
      : list.map((each) => (frequent.has(each.label) ? each : { ...each, label: OTHERS }));
  return {
    report: {
      runId,
      iou: iouThreshold,
      overall: { ...overall, ...precision.overall },
      classes: classes.map((measures) => ({ ...measures, ...(precision.byLabel.get(measures.label) ?? none) })),
      confusion: confusion(named(findings), named(truths), matchAt(near, iouThreshold)),
    },
    matches,
    near,
  };
}
