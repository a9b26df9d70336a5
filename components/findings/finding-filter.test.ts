import { describe, expect, it } from "vitest";
import { EVERYTHING, tally } from "./finding-filter.ts";
import { groupsOf, orderRows, type Sort } from "./finding-order.ts";
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
  return Array.from(orderRows(table, filter, sort), (at) => table.idAt(at)).join("");
}

describe("order", () => {
  it.each([
    ["score", "cabd"],
    ["-score", "bdac"],
    ["size", "bdac"],
    ["review", "bcda"],
    ["label", "bcad"],
    ["uncertainty", "bdac"],
    ["-size", "cabd"],
    ["place", "abcd"],
  ] as const)("by %s", (sort, expected) => {
    expect(ids(sort)).toBe(expected);
  });
});

it("goes class by class, with where each begins", () => {
  const table = filled();
  const order = orderRows(table, EVERYTHING, "score", true);
  expect(Array.from(order, table.idAt).join("")).toBe("bcad");
  expect(groupsOf(table, order)).toEqual([
    { label: "bus", start: 0, count: 1 },
    { label: "car", start: 1, count: 3 },
  ]);
});

describe("filter", () => {
  it("lets what has no score pass any threshold", () => {
    expect(ids("score", { ...EVERYTHING, minScore: 0.95 })).toBe("c");
  });

  it("has a threshold of its own for a class", () => {
    expect(ids("label", { ...EVERYTHING, minScore: 0.5, labelScores: new Map([["bus", 0.3]]) })).toBe("bca");
  });

  it("looks at where a finding is from, and at its longer side", () => {
    const table = createFindingTable();
    table.put(
      rows.map((row) => ({ ...row, source: row.score === null ? ("person" as const) : ("model" as const) })),
      "snapshot",
    );
    expect(Array.from(orderRows(table, { ...EVERYTHING, source: "person" }, "score"), table.idAt)).toEqual(["c"]);
    expect(ids("size", { ...EVERYTHING, minSide: 10, maxSide: 20 })).toBe("da");
  });

  it("hides classes and review states", () => {
    expect(ids("score", { ...EVERYTHING, hiddenLabels: new Set(["car"]) })).toBe("b");
    expect(ids("score", { ...EVERYTHING, review: "rejected" })).toBe("d");
  });
});

describe("tally", () => {
  it("counts all, what is shown, and what a hidden class would show", () => {
    const counted = tally(filled(), { ...EVERYTHING, minScore: 0.5, hiddenLabels: new Set(["car"]) });
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
