import Flatbush from "flatbush";
import { type Box, box, iou } from "../geometry/box.ts";

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

/**
 * Holds findings against the truth as COCO does: best score first (ties in the given order; without a score last), each takes the
 * truth of its page and an accepted label that it overlaps most, of equals the last, if by enough and not taken yet.
 */
export function evaluate(request: EvaluationRequest): Evaluation {
  const { findings, truths, iouThreshold } = request;
  const accepts = (truth: string, label: string) => acceptedBy(request, truth).includes(label);
  const near = neighboursOf(truths);
  const takenBy = new Map<number, number>();
  const matches: Evaluation["matches"] = [];
  for (const finding of byScore(findings)) {
    const candidate = findings[finding];
    if (!candidate) continue;
    let best: { truth: number; iou: number } | null = null;
    for (const truth of near(candidate)) {
      const other = truths[truth];
      if (!other || takenBy.has(truth) || !accepts(other.label, candidate.label)) continue;
      const overlap = iou(level0(candidate), level0(other));
      if (overlap >= (best?.iou ?? iouThreshold)) best = { truth, iou: overlap };
    }
    if (!best) continue;
    takenBy.set(best.truth, finding);
    matches.push({ finding, ...best });
  }
  return { ...tally(request, matches), matches };
}

function acceptedBy({ accepts }: EvaluationRequest, truth: string): readonly string[] {
  return accepts && Object.hasOwn(accepts, truth) ? (accepts[truth] ?? [truth]) : [truth];
}

function byScore(findings: readonly Compared[]): number[] {
  const score = (index: number) => findings[index]?.score ?? -1;
  return findings.map((_, index) => index).sort((a, b) => score(b) - score(a) || a - b);
}

/** Gives the truths whose boxes touch a box on its page, in ascending order. */
function neighboursOf(truths: readonly Compared[]): (finding: Compared) => number[] {
  const pages = Map.groupBy(truths.keys(), (index) => truths[index]?.page ?? 0);
  const trees = new Map([...pages].map(([page, indices]) => [page, { indices, tree: treeOf(truths, indices) }]));
  return ({ page, box: [x, y, width, height] }) => {
    const entry = trees.get(page);
    if (!entry) return [];
    const found = entry.tree.search(x, y, x + width, y + height);
    return found.flatMap((place) => entry.indices[place] ?? []).sort((a, b) => a - b);
  };
}

function treeOf(truths: readonly Compared[], indices: readonly number[]): Flatbush {
  const tree = new Flatbush(indices.length);
  for (const index of indices) {
    const [x, y, width, height] = truths[index]?.box ?? [0, 0, 0, 0];
    tree.add(x, y, x + width, y + height);
  }
  tree.finish();
  return tree;
}

function level0({ box: [x, y, width, height] }: Compared): Box {
  return box(x, y, width, height);
}

function tally(request: EvaluationRequest, matches: Evaluation["matches"]): Pick<Evaluation, "overall" | "classes"> {
  const { findings, truths } = request;
  const truthLabels = [...new Set(truths.map((truth) => truth.label))].sort();
  const classOfFinding = findings.map(
    ({ label }) => truthLabels.find((truth) => acceptedBy(request, truth).includes(label)) ?? label,
  );
  // A match counts where its truth counts, even where several truths accept the label.
  for (const { finding, truth } of matches) classOfFinding[finding] = truths[truth]?.label ?? "";
  const labels = [...new Set([...truthLabels, ...classOfFinding])].sort();
  const classes = labels.map((label) => {
    const hits = matches.filter(({ truth }) => truths[truth]?.label === label).length;
    const truthCount = truths.filter((truth) => truth.label === label).length;
    return { label, ...measure(truthCount, classOfFinding.filter((each) => each === label).length, hits) };
  });
  return { overall: measure(truths.length, findings.length, matches.length), classes };
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
