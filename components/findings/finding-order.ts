import { UNREVIEWED } from "./finding-columns.ts";
import { type FindingFilter, rowTest } from "./finding-filter.ts";
import type { FindingTable } from "./finding-table.ts";
import { descending, sortable, sortRows } from "./row-order.ts";

export const SORTS = [
  { id: "score", name: "Most certain" },
  { id: "-score", name: "Least certain" },
  { id: "uncertainty", name: "Nearest to 50 %" },
  { id: "label", name: "Class" },
  { id: "size", name: "Largest" },
  { id: "-size", name: "Smallest" },
  { id: "review", name: "To review first" },
  { id: "place", name: "Top to bottom" },
  { id: "time", name: "Newest" },
] as const;
export type Sort = (typeof SORTS)[number]["id"];

/**
 * Positions of the rows that pass, in the order asked for; `grouped`: class by class. Ties are settled by id, so that the order never
 * flickers.
 */
export function orderRows(table: FindingTable, filter: FindingFilter, sort: Sort, grouped = false): Uint32Array {
  const passes = rowTest(table, filter);
  const rows = new Uint32Array(table.size);
  let count = 0;
  for (let at = 0; at < table.extent; at += 1) {
    if (!passes(at)) continue;
    rows[count] = at;
    count += 1;
  }
  const passing = rows.slice(0, count);
  const keys = sortKeys(table, sort).concat((at) => table.idWordAt(at, 3));
  if (grouped && sort !== "label") keys.unshift(labelKey(table));
  return sortRows(
    passing,
    keys.map((key) => passing.map(key)),
  );
}

type Key = (at: number) => number;

/** Where each class begins in an order that is grouped by class. */
export function groupsOf(
  table: FindingTable,
  order: Uint32Array,
): readonly { label: string; start: number; count: number }[] {
  const { labels, labelNames } = table.columns;
  const groups: { label: string; start: number; count: number }[] = [];
  for (let start = 0; start < order.length; ) {
    const label = labels[order[start] ?? 0];
    // A class ends where bisection finds its last row.
    let [low, high] = [start, order.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (middle === start || labels[order[middle] ?? 0] === label) low = middle + 1;
      else high = middle;
    }
    groups.push({ label: labelNames[label ?? 0] ?? "", start, count: low - start });
    start = low;
  }
  return groups;
}

function labelKey(table: FindingTable): Key {
  const { labels, labelNames } = table.columns;
  const rank = new Map([...labelNames].sort((a, b) => a.localeCompare(b)).map((name, at) => [name, at]));
  const ranks = Uint32Array.from(labelNames, (name) => rank.get(name) ?? 0);
  return (at) => ranks[labels[at] ?? 0] ?? 0;
}

function sortKeys(table: FindingTable, sort: Sort): Key[] {
  const { boxes, scores, reviews } = table.columns;
  const score = (at: number): number => {
    const value = scores[at] ?? Number.NaN;
    return Number.isNaN(value) ? 2 : value;
  };
  const certain: Key = (at) => descending(sortable(score(at)));
  const area: Key = (at) => sortable((boxes[at * 4 + 2] ?? 0) * (boxes[at * 4 + 3] ?? 0));
  switch (sort) {
    case "score":
      return [certain];
    case "-score":
      return [(at) => sortable(score(at))];
    case "uncertainty":
      return [(at) => sortable(Math.abs(score(at) - 0.5))];
    case "size":
      return [(at) => descending(area(at))];
    case "-size":
      return [area];
    case "review":
      return [(at) => (reviews[at] === UNREVIEWED ? 0 : 1), (at) => sortable(score(at))];
    case "label":
      return [labelKey(table), certain];
    case "place":
      return [(at) => sortable(boxes[at * 4 + 1] ?? 0), (at) => sortable(boxes[at * 4] ?? 0)];
    case "time":
      return [(at) => descending(table.idWordAt(at, 0)), (at) => descending(table.idWordAt(at, 1))];
  }
}
