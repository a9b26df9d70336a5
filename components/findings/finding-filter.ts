import type { ReviewState } from "#lib/core/detection/finding.ts";
import { ACCEPTED, type FindingTable, REJECTED, UNREVIEWED } from "./finding-table.ts";

/** What of the findings is shown, in picture, list and counts alike. Findings without a score pass any threshold. */
export type FindingFilter = {
  minScore: number;
  hiddenLabels: ReadonlySet<string>;
  review: ReviewState | "all";
};

export const EVERYTHING: FindingFilter = { minScore: 0, hiddenLabels: new Set(), review: "all" };

export const SORTS = [
  { id: "score", name: "Most certain" },
  { id: "-score", name: "Least certain" },
  { id: "label", name: "Class" },
  { id: "size", name: "Largest" },
  { id: "review", name: "To review first" },
] as const;
export type Sort = (typeof SORTS)[number]["id"];

/** Says for a row of the table whether it passes. Built once per change, called for every row. */
export function rowTest(table: FindingTable, filter: FindingFilter): (at: number) => boolean {
  const { scores, labels, reviews, labelNames } = table.columns;
  const hidden = Uint8Array.from(labelNames, (name) => (filter.hiddenLabels.has(name) ? 1 : 0));
  const wanted = { all: -1, unreviewed: UNREVIEWED, accepted: ACCEPTED, rejected: REJECTED }[filter.review];
  // Scores are held in single precision; so must be what they are compared with, or 0.9 would be below 0.9.
  const minScore = Math.fround(filter.minScore);
  return (at) => {
    // A missing score is NaN, which is below nothing.
    if ((scores[at] ?? Number.NaN) < minScore) return false;
    if (hidden[labels[at] ?? 0] === 1) return false;
    return wanted === -1 || reviews[at] === wanted;
  };
}

/** Positions of the rows that pass, in the order asked for. Ties are settled by id, so that the order never flickers. */
export function orderRows(table: FindingTable, filter: FindingFilter, sort: Sort): Uint32Array {
  const passes = rowTest(table, filter);
  const order: number[] = [];
  for (let at = 0; at < table.size; at += 1) if (passes(at)) order.push(at);
  const key = sortKey(table, sort);
  const { ids } = table.columns;
  order.sort((a, b) => key(a) - key(b) || ((ids[a] ?? "") < (ids[b] ?? "") ? -1 : 1));
  return Uint32Array.from(order);
}

function sortKey(table: FindingTable, sort: Sort): (at: number) => number {
  const { boxes, scores, labels, reviews, labelNames } = table.columns;
  const score = (at: number, missing: number): number => {
    const value = scores[at] ?? Number.NaN;
    return Number.isNaN(value) ? missing : value;
  };
  switch (sort) {
    case "score":
      return (at) => -score(at, 2);
    case "-score":
      return (at) => score(at, 2);
    case "size":
      return (at) => -(boxes[at * 4 + 2] ?? 0) * (boxes[at * 4 + 3] ?? 0);
    case "review":
      return (at) => (reviews[at] === UNREVIEWED ? 0 : 10) + score(at, 2);
    case "label": {
      const rank = new Map([...labelNames].sort((a, b) => a.localeCompare(b)).map((name, at) => [name, at]));
      const ranks = Float64Array.from(labelNames, (name) => rank.get(name) ?? 0);
      return (at) => (ranks[labels[at] ?? 0] ?? 0) * 10 - score(at, 2);
    }
  }
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
  const passes = rowTest(table, filter);
  const totals = new Uint32Array(labelNames.length);
  const shownOf = new Uint32Array(labelNames.length);
  const byReview = new Uint32Array(3);
  const histogram = new Array<number>(20).fill(0);
  let shown = 0;
  // A class that is switched off still says how many it would show.
  const withoutClasses = rowTest(table, { ...filter, hiddenLabels: new Set() });
  for (let at = 0; at < table.size; at += 1) {
    const label = labels[at] ?? 0;
    totals[label] = (totals[label] ?? 0) + 1;
    byReview[reviews[at] ?? 0] = (byReview[reviews[at] ?? 0] ?? 0) + 1;
    const score = scores[at] ?? Number.NaN;
    const bin = Math.min(19, Math.floor(score * 20 + 1e-6));
    if (!Number.isNaN(score)) histogram[bin] = (histogram[bin] ?? 0) + 1;
    if (withoutClasses(at)) shownOf[label] = (shownOf[label] ?? 0) + 1;
    if (passes(at)) shown += 1;
  }
  return {
    total: table.size,
    shown,
    labels: labelNames
      .map((label, at) => ({ label, total: totals[at] ?? 0, shown: shownOf[at] ?? 0 }))
      .filter((each) => each.total > 0)
      .sort((a, b) => b.total - a.total || a.label.localeCompare(b.label)),
    review: { unreviewed: byReview[0] ?? 0, accepted: byReview[1] ?? 0, rejected: byReview[2] ?? 0 },
    histogram,
  };
}
