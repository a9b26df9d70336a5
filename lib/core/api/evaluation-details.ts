import { z } from "zod";
import { classColoursSchema } from "../detection/class-colour.ts";
import { boxSchema } from "../detection/finding.ts";
import { findingSetChoiceSchema, findingSetSchema } from "../detection/finding-set.ts";
import type { Compared } from "../evaluation/evaluate.ts";
import { explainMistakes, type Mistake, REASONS } from "../evaluation/mistakes.ts";
import { scoreCurves } from "../evaluation/score-curves.ts";
import { evaluationSchema, matchedEvaluation } from "./evaluations.ts";

/** Classes whose curves are told: those with the most truths; all are in the table. */
const MOST_CURVES = 40;

/** `GET /runs/:id/evaluation?truth=…`. */
export const evaluationQuery = z.strictObject({
  /** What is taken for the truth; the first of `truths` where it is absent. */
  truth: findingSetSchema.optional(),
  /** Findings match from this overlap (intersection over union) on. */
  iou: z.coerce.number().gt(0).max(1).default(0.5),
  /** Mistakes of this class alone are shown. */
  label: z.string().min(1).max(200).optional(),
  /** So many mistakes of either kind are shown at most. */
  examples: z.coerce.number().int().min(1).max(200).default(24),
});
export type EvaluationQuery = z.infer<typeof evaluationQuery>;

const count = z.number().int();
const curvesSchema = z.object({
  label: z.string(),
  truths: count,
  /** Precision at the recalls 0, 0.01, …, 1, as COCO reads it; empty where the truth has none of the class. */
  precisions: z.array(z.number()),
  /** Right and wrong findings with a score of at least 0, 0.01, …, 1; those without a score pass everywhere. */
  right: z.array(count),
  wrong: z.array(count),
  /** Of findings with a score, by tenth of it: how many, how many of them right, and their mean score. */
  calibration: z.array(z.object({ count, right: count, meanScore: z.number() })),
});

const reasonSchema = z.enum(REASONS);
const mistakeSchema = z.object({
  /** The finding that is wrong, or the truth that is missed. */
  findingId: z.uuid(),
  page: count,
  box: boxSchema,
  label: z.string(),
  score: z.number().nullable(),
  /**
   * At the place of another class; at a place whose partner is taken by another; beside its place, by too small an overlap; where there is
   * nothing.
   */
  because: reasonSchema,
  /** What it was held for, or what came closest, on the other side. */
  beside: z.object({ label: z.string(), box: boxSchema }).nullable(),
});
export type MistakeExample = z.infer<typeof mistakeSchema>;

const mistakesSchema = z.object({
  total: count,
  reasons: z.record(reasonSchema, count),
  examples: z.array(mistakeSchema),
});

export const detailSchema = evaluationSchema.extend({
  curves: z.array(curvesSchema),
  /** Wrong findings, surest first. */
  invented: mistakesSchema,
  /** Truths that were not found, largest first. */
  missed: mistakesSchema,
});
export type EvaluationDetail = z.infer<typeof detailSchema>;

/** What may be taken for the truth of a run, and all that is told of the run against one of them. */
export const evaluationPageSchema = z.object({
  runId: z.uuid(),
  imageId: z.uuid(),
  imageName: z.string(),
  /** Id and threshold of the preset that the run was started with. */
  preset: z.string(),
  presetTitle: z.string().optional(),
  minScore: z.number(),
  /** Colours of classes that the run has of its own. */
  colours: classColoursSchema,
  pages: z.array(z.object({ width: count, height: count })),
  truths: z.array(findingSetChoiceSchema),
  truth: findingSetSchema.nullable(),
  /** Findings of the run that nobody decided on, where people are the truth: they count as wrong unless they match one of theirs. */
  undecided: count,
  /** Null where there is nothing to take for the truth. */
  evaluation: detailSchema.nullable(),
});
export type EvaluationPage = z.infer<typeof evaluationPageSchema>;

type Known = Compared & { id: string };

/** All that is told of findings beside the truth, with curves by score and examples of what is wrong. */
export function evaluationDetailOf(
  runId: string,
  sides: { findings: readonly Known[]; truths: readonly Known[]; iou: number },
  { label, examples }: Pick<EvaluationQuery, "label" | "examples">,
): EvaluationDetail {
  const { findings, truths, iou } = sides;
  const { report, matches, near } = matchedEvaluation(runId, sides);
  const hits = new Set(matches.map(({ finding }) => finding));
  const { invented, missed } = explainMistakes(findings, truths, { near, matches, iouThreshold: iou });
  const shown = report.classes.toSorted((a, b) => b.truths - a.truths || b.findings - a.findings).slice(0, MOST_CURVES);
  const mistakes = (list: readonly Mistake[], own: readonly Known[], others: readonly Known[]) => {
    const chosen = label === undefined ? list : list.filter(({ at }) => own[at]?.label === label);
    return {
      total: chosen.length,
      reasons: Object.fromEntries(REASONS.map((reason) => [reason, countOf(chosen, reason)])),
      examples: chosen.slice(0, examples).flatMap((mistake) => present(mistake, own, others) ?? []),
    };
  };
  return {
    ...report,
    curves: shown.map((each) => scoreCurves(findings, hits, each)),
    invented: mistakesSchema.parse(mistakes(invented, findings, truths)),
    missed: mistakesSchema.parse(mistakes(missed, truths, findings)),
  };
}

const countOf = (list: readonly Mistake[], reason: Mistake["because"]): number =>
  list.reduce((sum, { because }) => sum + Number(because === reason), 0);

function present(
  { at, because, beside }: Mistake,
  own: readonly Known[],
  others: readonly Known[],
): MistakeExample | null {
  const one = own[at];
  if (!one) return null;
  const other = beside === null ? undefined : others[beside];
  return {
    findingId: one.id,
    ...{ page: one.page, box: [...one.box], label: one.label, score: one.score, because },
    beside: other ? { label: other.label, box: [...other.box] } : null,
  };
}
