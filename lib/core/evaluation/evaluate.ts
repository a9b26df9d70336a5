import { matchAt, overlapsOf } from "./overlaps.ts";

/** A box to compare; `score` orders findings, truth needs none. */
export type Compared = {
  readonly page: number;
  readonly box: readonly [x: number, y: number, width: number, height: number];
  readonly label: string;
  readonly score: number | null;
};

/** Counts and what follows from them; ratios are null where nothing was there to divide by. */
type Measures = {
  truths: number;
  findings: number;
  truePositives: number;
  falsePositives: number;
  falseNegatives: number;
  precision: number | null;
  recall: number | null;
  f1: number | null;
};

export type Evaluation = {
  overall: Measures;
  /** By label of the truth (of the finding where no truth accepts its label), in order of the label. */
  classes: ({ label: string } & Measures)[];
  /** Indices of what matched, in the order in which findings were tried. */
  matches: { finding: number; truth: number; iou: number }[];
};

export type EvaluationRequest = {
  findings: readonly Compared[];
  truths: readonly Compared[];
  /** Findings match from this overlap on, 0…1. */
  iouThreshold: number;
  /** Truth label → labels of findings that count as it (e.g. car → car, truck, bus). A label not named accepts itself alone. */
  accepts?: Readonly<Record<string, readonly string[]>>;
};

type Sides = Pick<EvaluationRequest, "findings" | "truths" | "accepts">;

/**
 * Holds findings against the truth as COCO does: best score first (ties in the given order; without a score last), each takes the
 * truth of its page and an accepted label that it overlaps most, of equals the last, if by enough and not taken yet.
 */
export function evaluate(request: EvaluationRequest): Evaluation {
  const { findings, truths, iouThreshold } = request;
  const accept = (truth: string, label: string): boolean => acceptedBy(request, truth).includes(label);
  const matches = matchAt(overlapsOf(findings, truths, { least: iouThreshold, accept }), iouThreshold);
  return { ...tally(request, matches), matches };
}

/** The same of findings and truths that were matched already, each under its own name. */
export function evaluationOfMatches(
  sides: Pick<EvaluationRequest, "findings" | "truths">,
  matches: Evaluation["matches"],
): Evaluation {
  return { ...tally(sides, matches), matches };
}

function acceptedBy({ accepts }: Sides, truth: string): readonly string[] {
  return accepts && Object.hasOwn(accepts, truth) ? (accepts[truth] ?? [truth]) : [truth];
}

function tally(request: Sides, matches: Evaluation["matches"]): Pick<Evaluation, "overall" | "classes"> {
  const { findings, truths } = request;
  const truthLabels = [...new Set(truths.map((truth) => truth.label))].sort();
  const classOfFinding = findings.map(
    ({ label }) =>
      (request.accepts && truthLabels.find((truth) => acceptedBy(request, truth).includes(label))) ?? label,
  );
  // A match counts where its truth counts, even where several truths accept the label.
  for (const { finding, truth } of matches) classOfFinding[finding] = truths[truth]?.label ?? "";
  const [found, there, hit] = [
    countEach(classOfFinding),
    countEach(truths.map(({ label }) => label)),
    countEach(matches.map(({ truth }) => truths[truth]?.label ?? "")),
  ];
  const labels = [...new Set([...truthLabels, ...classOfFinding])].sort();
  const classes = labels.map((label) => {
    return { label, ...measure(there.get(label) ?? 0, found.get(label) ?? 0, hit.get(label) ?? 0) };
  });
  return { overall: measure(truths.length, findings.length, matches.length), classes };
}

function countEach(labels: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
}

function measure(truths: number, findings: number, truePositives: number): Measures {
  const ratio = (part: number, whole: number) => (whole > 0 ? part / whole : null);
  return {
    truths,
    findings,
    truePositives,
    falsePositives: findings - truePositives,
    falseNegatives: truths - truePositives,
    precision: ratio(truePositives, findings),
    recall: ratio(truePositives, truths),
    f1: ratio(2 * truePositives, truths + findings),
  };
}
