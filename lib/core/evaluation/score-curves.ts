import type { Compared } from "./evaluate.ts";
import { byScore } from "./overlaps.ts";
import { precisionAtRecalls } from "./precision-curve.ts";

/** Thresholds at which findings are counted: 0, 0.01, …, 1. */
const SCORE_STEPS = 100;
/** Ranges of score in which the share of right findings is told. */
const CALIBRATION_BINS = 10;

/** How right the findings of a class are, by their scores. */
export type ScoreCurves = {
  label: string;
  truths: number;
  /** Precision at the recalls 0, 0.01, …, 1, as COCO reads it; empty where the truth has none of the class. */
  precisions: number[];
  /** Right and wrong findings with a score of at least 0, 0.01, …, 1; those without a score pass everywhere. */
  right: number[];
  wrong: number[];
  /** Of findings with a score, by tenth of it: how many, how many of them right, and their mean score (0 of none). */
  calibration: { count: number; right: number; meanScore: number }[];
};

/** The curves of one class. `hits`: the findings, by position, that are right. */
export function scoreCurves(
  findings: readonly Compared[],
  hits: ReadonlySet<number>,
  { label, truths }: { label: string; truths: number },
): ScoreCurves {
  const own = findings.flatMap((finding, index) =>
    finding.label === label ? [{ ...finding, hit: hits.has(index) }] : [],
  );
  const ranked = byScore(own).map((index) => own[index]?.hit ?? false);
  const bins = Array.from({ length: CALIBRATION_BINS }, () => ({ count: 0, right: 0, sum: 0 }));
  const exactly = {
    right: new Float64Array(SCORE_STEPS + 1),
    wrong: new Float64Array(SCORE_STEPS + 1),
  };
  for (const { score, hit } of own) {
    const at = stepOf(score);
    const side = hit ? exactly.right : exactly.wrong;
    side[at] = (side[at] ?? 0) + 1;
    const bin = score === null ? null : bins[Math.min(CALIBRATION_BINS - 1, Math.floor(score * CALIBRATION_BINS))];
    if (!bin || score === null) continue;
    bin.count++;
    if (hit) bin.right++;
    bin.sum += score;
  }
  return {
    label,
    truths,
    precisions: truths > 0 ? precisionAtRecalls(ranked, truths) : [],
    right: fromAbove(exactly.right),
    wrong: fromAbove(exactly.wrong),
    calibration: bins.map(({ count, right, sum }) => ({ count, right, meanScore: count > 0 ? sum / count : 0 })),
  };
}

/** The highest threshold, as a step, that a score passes. Scores are kept with seven digits: 0.9 passes 0.9. */
function stepOf(score: number | null): number {
  if (score === null) return SCORE_STEPS;
  return Math.min(SCORE_STEPS, Math.max(0, Math.floor(score * SCORE_STEPS + 1e-5)));
}

function fromAbove(exactly: Float64Array): number[] {
  let sum = 0;
  return [...exactly]
    .reverse()
    .map((count) => {
      sum += count;
      return sum;
    })
    .reverse();
}

/** Precision, recall and F1 of the findings that pass a threshold (0, 0.01, …, 1); null where there is nothing to divide by. */
export function measuresAt(curves: Pick<ScoreCurves, "truths" | "right" | "wrong">, threshold: number) {
  const step = Math.round(threshold * SCORE_STEPS);
  const [right, wrong] = [curves.right[step] ?? 0, curves.wrong[step] ?? 0];
  const ratio = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);
  return {
    right,
    wrong,
    missed: curves.truths - right,
    precision: ratio(right, right + wrong),
    recall: ratio(right, curves.truths),
    f1: ratio(2 * right, right + wrong + curves.truths),
  };
}

/** The threshold of the best F1 of those from `least` on; of equals the lowest. */
export function bestThreshold(curves: Pick<ScoreCurves, "truths" | "right" | "wrong">, least: number): number {
  let best = { threshold: least, f1: -1 };
  for (let step = Math.ceil(least * SCORE_STEPS - 1e-9); step <= SCORE_STEPS; step++) {
    const f1 = measuresAt(curves, step / SCORE_STEPS).f1 ?? 0;
    if (f1 > best.f1) best = { threshold: step / SCORE_STEPS, f1 };
  }
  return best.threshold;
}

/** Mean distance between score and share of right findings, weighted by their number (expected calibration error); null of none. */
export function calibrationError(bins: ScoreCurves["calibration"]): number | null {
  const all = bins.reduce((sum, { count }) => sum + count, 0);
  if (all === 0) return null;
  const distance = ({ count, right, meanScore }: ScoreCurves["calibration"][number]): number =>
    count === 0 ? 0 : (count / all) * Math.abs(right / count - meanScore);
  return bins.reduce((sum, bin) => sum + distance(bin), 0);
}

/** The curves of several classes as one: counts are added, a precision–recall curve there is none of. */
export function pooledCurves(label: string, all: readonly ScoreCurves[]): ScoreCurves {
  const add = (pick: (curves: ScoreCurves) => readonly number[], length: number): number[] =>
    Array.from({ length }, (_, at) => all.reduce((sum, curves) => sum + (pick(curves)[at] ?? 0), 0));
  return {
    label,
    truths: all.reduce((sum, { truths }) => sum + truths, 0),
    precisions: [],
    right: add(({ right }) => right, SCORE_STEPS + 1),
    wrong: add(({ wrong }) => wrong, SCORE_STEPS + 1),
    calibration: Array.from({ length: CALIBRATION_BINS }, (_, bin) => {
      const each = all.flatMap(({ calibration }) => calibration[bin] ?? []);
      const count = each.reduce((sum, one) => sum + one.count, 0);
      const score = each.reduce((sum, one) => sum + one.count * one.meanScore, 0);
      return { count, right: each.reduce((sum, one) => sum + one.right, 0), meanScore: count > 0 ? score / count : 0 };
    }),
  };
}
