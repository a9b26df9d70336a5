import type { FindingSummary } from "#lib/core/api/findings.ts";
import { summariseFindings } from "../api/findings.ts";
import type { FindingFilter, Tally } from "./finding-filter.ts";

type Scope = { imageId: string; runId: string | null; page: number; signal: AbortSignal };

/** Has the server count findings under a filter, while not all of them are here. */
export async function readTally(scope: Scope, filter: FindingFilter): Promise<Tally> {
  const wanted = {
    minScore: filter.minScore > 0 ? filter.minScore : null,
    labelScores: filter.labelScores.size > 0 ? JSON.stringify(Object.fromEntries(filter.labelScores)) : null,
    review: filter.review === "all" ? null : filter.review,
    source: filter.source === "all" ? null : filter.source,
    minSide: filter.minSide,
    maxSide: filter.maxSide,
  };
  const isNarrow = Object.values(wanted).some((each) => each !== null);
  const [all, passing] = await Promise.all([
    summariseFindings(scope),
    isNarrow ? summariseFindings(scope, wanted) : null,
  ]);
  return tallyOf(all, passing ?? all, filter);
}

/** Counts of all findings and of those that pass, as the list shows them. */
export function tallyOf(all: FindingSummary, passing: FindingSummary, filter: FindingFilter): Tally {
  const passed = new Map(passing.labels.map(({ label, count }) => [label, count]));
  const labels = all.labels.map(({ label, count }) => ({ label, total: count, shown: passed.get(label) ?? 0 }));
  return {
    total: all.total,
    shown: labels.reduce((sum, { label, shown }) => sum + (filter.hiddenLabels.has(label) ? 0 : shown), 0),
    labels,
    review: all.review,
    histogram: all.histogram,
  };
}
