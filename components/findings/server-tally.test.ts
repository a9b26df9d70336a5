import { expect, it } from "vitest";
import type { FindingSummary } from "#lib/core/api/findings.ts";
import { EVERYTHING } from "./finding-filter.ts";
import { tallyOf } from "./server-tally.ts";

const summary = (labels: Record<string, number>): FindingSummary => ({
  total: Object.values(labels).reduce((sum, count) => sum + count, 0),
  labels: Object.entries(labels).map(([label, count]) => ({ label, count })),
  review: { unreviewed: 0, accepted: 0, rejected: 0 },
  histogram: [],
});

it("shows of all findings those that pass and whose class is not hidden", () => {
  const filter = { ...EVERYTHING, hiddenLabels: new Set(["bus"]) };
  const tally = tallyOf(summary({ car: 1_000_000, bus: 20, tree: 5 }), summary({ car: 400_000, bus: 7 }), filter);
  expect([tally.total, tally.shown]).toEqual([1_000_025, 400_000]);
  expect(tally.labels).toEqual([
    { label: "car", total: 1_000_000, shown: 400_000 },
    { label: "bus", total: 20, shown: 7 },
    { label: "tree", total: 5, shown: 0 },
  ]);
});
