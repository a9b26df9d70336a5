import { describe, expect, it } from "vitest";
import { EVERYTHING, orderRows, type Sort, tally } from "./finding-filter.ts";
import { createFindingTable, type FindingRow } from "./finding-table.ts";

const rows: FindingRow[] = [
  { id: "a", box: [0, 0, 10, 10], label: "car", score: 0.9, review: "accepted", version: 1, provisional: false },
  { id: "b", box: [0, 0, 40, 10], label: "bus", score: 0.4, review: "unreviewed", version: 1, provisional: false },
  { id: "c", box: [0, 0, 5, 5], label: "car", score: null, review: "unreviewed", version: 1, provisional: false },
  { id: "d", box: [0, 0, 20, 20], label: "car", score: 0.4, review: "rejected", version: 1, provisional: false },
];

function filled() {
  const table = createFindingTable();
  table.put(rows, "snapshot");
  return table;
}

function ids(sort: Sort, filter = EVERYTHING): string {
  const table = filled();
  return Array.from(orderRows(table, filter, sort), (at) => table.columns.ids[at]).join("");
}

describe("order", () => {
  it.each([
    ["score", "cabd"],
    ["-score", "bdac"],
    ["size", "bdac"],
    ["review", "bcda"],
    ["label", "bcad"],
  ] as const)("by %s", (sort, expected) => {
    expect(ids(sort)).toBe(expected);
  });
});

describe("filter", () => {
  it("lets what has no score pass any threshold", () => {
    expect(ids("score", { ...EVERYTHING, minScore: 0.95 })).toBe("c");
  });

  it("hides classes and review states", () => {
    expect(ids("score", { ...EVERYTHING, hiddenLabels: new Set(["car"]) })).toBe("b");
    expect(ids("score", { ...EVERYTHING, review: "rejected" })).toBe("d");
  });
});

describe("tally", () => {
  it("counts all, what is shown, and what a hidden class would show", () => {
    const counted = tally(filled(), { minScore: 0.5, hiddenLabels: new Set(["car"]), review: "all" });
    expect(counted).toMatchObject({
      total: 4,
      shown: 0,
      labels: [
        { label: "car", total: 3, shown: 2 },
        { label: "bus", total: 1, shown: 0 },
      ],
      review: { unreviewed: 2, accepted: 1, rejected: 1 },
    });
    expect(counted.histogram[8]).toBe(2);
    expect(counted.histogram[18]).toBe(1);
    expect(counted.histogram.reduce((sum, count) => sum + count, 0)).toBe(3);
  });
});
