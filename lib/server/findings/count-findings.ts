import { pool } from "#db/client.ts";
import { keepCounts, keptGroups, keptTotals } from "#db/queries/finding-counts.ts";
import { transactionsEnded } from "#db/queries/finding-densities.ts";
import { countFindings } from "#db/queries/findings-list.ts";
import { countFindingsOfRuns } from "#db/queries/run-list.ts";
import type { FindingFilter } from "#lib/core/api/findings.ts";
import type { FindingGroup } from "#lib/core/detection/finding.ts";

/** Fewer are counted again each time: that takes no longer than keeping them. */
const KEPT_FROM = 20_000;

/** The run that a filter takes all findings of, on all pages or one; null where it takes others, or leaves some out. */
export function wholeRunOf({ run, page: _page, ...conditions }: FindingFilter): string | null {
  return Object.values(conditions).every((each) => each === undefined) ? (run ?? null) : null;
}

/** How many findings each of some runs has, by their ids; runs without any may be left out. */
export async function totalsOfRuns(ids: readonly string[]): Promise<Map<string, number>> {
  const totals = await keptTotals(pool(), ids);
  const unknown = ids.filter((id) => !totals.has(id));
  if (unknown.length === 0) return totals;
  for (const { id, total, asOf } of await countFindingsOfRuns(pool(), unknown)) {
    totals.set(id, total);
    if (total >= KEPT_FROM) await keepCounts(pool(), { runId: id, page: null }, { asOf, total, groups: null });
  }
  return totals;
}

/** Findings of an image counted by label, review state and bin of score; those of a run, or of a page of it, are kept. */
export async function groupFindings(imageId: string, filter: FindingFilter): Promise<FindingGroup[]> {
  const runId = wholeRunOf(filter);
  if (runId === null) return countFindings(pool(), { ...filter, imageId });
  const place = { imageId, runId, page: filter.page ?? null };
  const known = await keptGroups(pool(), place);
  if (known) return known;
  const asOf = await transactionsEnded(pool());
  const groups = await countFindings(pool(), { ...filter, imageId });
  const total = groups.reduce((sum, { count }) => sum + count, 0);
  if (total >= KEPT_FROM) await keepCounts(pool(), place, { asOf, total, groups });
  return groups;
}
