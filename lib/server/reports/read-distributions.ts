import type { PoolClient } from "pg";
import type { FindingConditions } from "#db/queries/findings-filter.ts";
import { reportBins, reportSideRange } from "#db/queries/report.ts";
import { niceEdges } from "#lib/core/report/nice-steps.ts";
import { physicalOf } from "#lib/core/report/physical.ts";
import type { Distribution, ReportFacts } from "#lib/core/report/report-facts.ts";

const BINS = 24;
/** Scores by twentieths; 1 itself belongs to the last. */
const SCORE_EDGES = Array.from({ length: 21 }, (_, index) => index / 20);

/** How sizes and scores of findings are spread; null where there are none. */
export async function readDistributions(
  client: PoolClient,
  filter: FindingConditions,
  pixelMetres: ReportFacts["image"]["pixelMetres"],
): Promise<Pick<ReportFacts, "sizes" | "scores">> {
  const range = await reportSideRange(client, filter);
  if (range === null) return { sizes: null, scores: null };
  // Round in the unit that they are told in.
  const { perPixel } = physicalOf(pixelMetres).lengthUnit(range.high);
  const sides = niceEdges(range.low * perPixel, range.high * perPixel, BINS).map((edge) => edge / perPixel);
  const sizes = gather(sides, await reportBins(client, filter, { of: "side", edges: sides }), false);
  const scores = gather(SCORE_EDGES, await reportBins(client, filter, { of: "score", edges: SCORE_EDGES }), true);
  return { sizes, scores: scores.counts.size === 0 ? null : scores };
}

function gather(
  edges: readonly number[],
  bins: readonly { label: string; bin: number; count: number }[],
  isClosed: boolean,
): Distribution {
  const counts = new Map<string, number[]>();
  let above = 0;
  for (const { label, bin, count } of bins) {
    const place = isClosed ? Math.min(bin, edges.length - 1) : bin;
    if (place > edges.length - 1) {
      above += count;
      continue;
    }
    const own = counts.get(label) ?? edges.slice(1).map(() => 0);
    own[Math.max(0, place - 1)] = (own[Math.max(0, place - 1)] ?? 0) + count;
    counts.set(label, own);
  }
  return { edges, counts, above };
}
