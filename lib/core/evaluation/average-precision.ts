import { type Compared, type EvaluationRequest, evaluate } from "./evaluate.ts";

/** COCO's ten overlaps, 0.5 to 0.95. */
const COCO_IOUS = Array.from({ length: 10 }, (_, step) => (50 + 5 * step) / 100);
/** Recalls at which precision is read: 0, 0.01, …, 1, with the very rounding of COCO's program: a recall of 57 in 100 is below its 0.57. */
const RECALLS = Array.from({ length: 101 }, (_, step) => (step === 100 ? 1 : step * 0.01));

/** Average precision of a class: at IoU 0.5, and the mean over 0.5, 0.55, …, 0.95. Null where the truth has none of it. */
export type AveragePrecision = { ap50: number | null; ap: number | null };

type Request = Omit<EvaluationRequest, "iouThreshold">;

/**
 * Average precision as COCO defines it: findings by falling score, precision made falling from the right, read at 101 recalls and averaged; of several
 * classes the mean. Unlike COCO's own program all findings count, and not the best 100 of a picture only.
 */
export function averagePrecision(request: Request): {
  overall: AveragePrecision;
  byLabel: Map<string, AveragePrecision>;
} {
  const labels = [...new Set(request.truths.map(({ label }) => label))].sort();
  const byLabel = new Map<string, AveragePrecision>();
  for (const label of labels) byLabel.set(label, ofClass(request, label));
  const mean = (values: (number | null)[]): number | null => {
    const known = values.filter((value) => value !== null);
    return known.length > 0 ? known.reduce((sum, value) => sum + value, 0) / known.length : null;
  };
  const all = [...byLabel.values()];
  return { overall: { ap50: mean(all.map(({ ap50 }) => ap50)), ap: mean(all.map(({ ap }) => ap)) }, byLabel };
}

function ofClass({ findings, truths, accepts }: Request, label: string): AveragePrecision {
  const accepted = accepts && Object.hasOwn(accepts, label) ? (accepts[label] ?? [label]) : [label];
  const own = truths.filter((truth) => truth.label === label);
  const candidates = findings.filter((finding) => accepted.includes(finding.label));
  const precisions = COCO_IOUS.map((iouThreshold) =>
    areaUnder(
      candidates,
      own.length,
      evaluate({ findings: candidates, truths: own, iouThreshold, ...(accepts ? { accepts } : {}) }).matches,
    ),
  );
  return { ap50: precisions[0] ?? null, ap: precisions.reduce((sum, value) => sum + value, 0) / precisions.length };
}

function areaUnder(findings: readonly Compared[], truths: number, matches: readonly { finding: number }[]): number {
  const hits = new Set(matches.map(({ finding }) => finding));
  const order = findings.map((_, index) => index);
  order.sort((a, b) => (findings[b]?.score ?? -1) - (findings[a]?.score ?? -1) || a - b);
  const curve: { recall: number; precision: number }[] = [];
  let found = 0;
  for (const [rank, index] of order.entries()) {
    if (hits.has(index)) found++;
    curve.push({ recall: found / truths, precision: found / (rank + 1) });
  }
  for (let at = curve.length - 2; at >= 0; at--) {
    const [here, next] = [curve[at], curve[at + 1]];
    if (here && next) here.precision = Math.max(here.precision, next.precision);
  }
  let sum = 0;
  let at = 0;
  for (const recall of RECALLS) {
    while (at < curve.length && (curve[at]?.recall ?? 0) < recall) at++;
    sum += curve[at]?.precision ?? 0;
  }
  return sum / RECALLS.length;
}
