import { type Finding, REVIEW_STATES, type ReviewState } from "#lib/core/detection/finding.ts";
import { ROW_FLAGS, sourceOf } from "./finding-columns.ts";
import type { FindingTable } from "./finding-table.ts";

/** What of the findings is shown, in picture, list and counts alike. Findings without a score pass any threshold. */
export type FindingFilter = {
  minScore: number;
  /** Thresholds of classes that have one of their own, in place of `minScore`. */
  labelScores: ReadonlyMap<string, number>;
  hiddenLabels: ReadonlySet<string>;
  /** Single findings that were put aside. */
  hiddenIds: ReadonlySet<string>;
  review: ReviewState | "all";
  source: Finding["source"] | "all";
  /** The longer side of the box, in pixels; null where it does not matter. */
  minSide: number | null;
  maxSide: number | null;
};

export const EVERYTHING: FindingFilter = {
  minScore: 0,
  labelScores: new Map(),
  hiddenLabels: new Set(),
  hiddenIds: new Set(),
  review: "all",
  source: "all",
  minSide: null,
  maxSide: null,
};

/** The filter with another threshold, for one class or for all that have none of their own. */
export function withThreshold(filter: FindingFilter, label: string | null, minScore: number): FindingFilter {
  if (label === null) return { ...filter, minScore };
  return { ...filter, labelScores: new Map(filter.labelScores).set(label, minScore) };
}

/** Says for a row of the table whether it is there and passes. Built once per change, called for every row. */
export function rowTest(table: FindingTable, filter: FindingFilter): (at: number) => boolean {
  const { boxes, scores, labels, reviews, flags, labelNames } = table.columns;
  const hidden = Uint8Array.from(labelNames, (name) => (filter.hiddenLabels.has(name) ? 1 : 0));
  // Scores are held in single precision; so must be what they are compared with, or 0.9 would be below 0.9.
  const minScores = Float32Array.from(labelNames, (name) => filter.labelScores.get(name) ?? filter.minScore);
  const wanted = filter.review === "all" ? -1 : REVIEW_STATES.indexOf(filter.review);
  const [minSide, maxSide] = [filter.minSide ?? 0, filter.maxSide ?? Number.POSITIVE_INFINITY];
  const anySide = minSide === 0 && maxSide === Number.POSITIVE_INFINITY;
  const aside = new Set([...filter.hiddenIds].map((id) => table.positionOf(id)));
  return (at) => {
    const flag = flags[at] ?? ROW_FLAGS.dead;
    if ((flag & ROW_FLAGS.dead) !== 0) return false;
    const label = labels[at] ?? 0;
    // A missing score is NaN, which is below nothing.
    if (hidden[label] === 1 || (scores[at] ?? Number.NaN) < (minScores[label] ?? 0)) return false;
    if (wanted !== -1 && reviews[at] !== wanted) return false;
    if (filter.source !== "all" && sourceOf(flag) !== filter.source) return false;
    if (aside.size > 0 && aside.has(at)) return false;
    if (anySide) return true;
    const side = Math.max(boxes[at * 4 + 2] ?? 0, boxes[at * 4 + 3] ?? 0);
    return side >= minSide && side <= maxSide;
  };
}

/** How many of the findings that were put aside would be shown otherwise. */
export function countAside(table: FindingTable, filter: FindingFilter): number {
  if (filter.hiddenIds.size === 0) return 0;
  const passes = rowTest(table, { ...filter, hiddenIds: new Set() });
  const positions = [...filter.hiddenIds].map((id) => table.positionOf(id));
  return positions.filter((at) => at !== undefined && passes(at)).length;
}

/** How many there are, how many of them are shown, by class and by confidence. */
export type Tally = {
  total: number;
  shown: number;
  labels: { label: string; total: number; shown: number }[];
  review: Record<ReviewState, number>;
  /** Twenty bins of 0.05; findings without a score are in none. */
  histogram: number[];
};

/** Counts the table under a filter. Classes come most frequent first. */
export function tally(table: FindingTable, filter: FindingFilter): Tally {
  const { scores, labels, reviews, labelNames } = table.columns;
  const totals = new Uint32Array(labelNames.length);
  const shownOf = new Uint32Array(labelNames.length);
  const byReview = new Uint32Array(REVIEW_STATES.length);
  const histogram = new Array<number>(20).fill(0);
  // A class that is switched off still says how many it would show.
  const passes = rowTest(table, { ...filter, hiddenLabels: new Set() });
  for (let at = 0; at < table.extent; at += 1) {
    if (!table.isLive(at)) continue;
    const label = labels[at] ?? 0;
    totals[label] = (totals[label] ?? 0) + 1;
    byReview[reviews[at] ?? 0] = (byReview[reviews[at] ?? 0] ?? 0) + 1;
    const score = scores[at] ?? Number.NaN;
    const bin = Math.min(19, Math.floor(score * 20 + 1e-6));
    if (!Number.isNaN(score)) histogram[bin] = (histogram[bin] ?? 0) + 1;
    if (passes(at)) shownOf[label] = (shownOf[label] ?? 0) + 1;
  }
  const counted = labelNames.map((label, at) => ({ label, total: totals[at] ?? 0, shown: shownOf[at] ?? 0 }));
  return {
    total: table.size,
    shown: counted.reduce((sum, { label, shown }) => sum + (filter.hiddenLabels.has(label) ? 0 : shown), 0),
    labels: counted
      .filter((each) => each.total > 0)
      .sort((a, b) => b.total - a.total || a.label.localeCompare(b.label)),
    review: { unreviewed: byReview[0] ?? 0, accepted: byReview[1] ?? 0, rejected: byReview[2] ?? 0 },
    histogram,
  };
}
