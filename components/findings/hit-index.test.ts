import { expect, it } from "vitest";
import { createFindingTable, type FindingRow } from "./finding-table.ts";
import { createHitIndex } from "./hit-index.ts";

const row = (id: string, box: FindingRow["box"]): FindingRow => ({
  id,
  box,
  label: "car",
  score: 0.5,
  review: "unreviewed",
  version: 1,
  provisional: false,
});
const all = (): boolean => true;

it("finds the smallest box under a point, and follows changes of the table", () => {
  const table = createFindingTable();
  const hits = createHitIndex(table);
  expect(hits.at(5, 5, 0, all)).toBeNull();
  table.put([row("large", [0, 0, 100, 100]), row("small", [40, 40, 10, 10])], "event");
  expect(table.row(hits.at(45, 45, 0, all) ?? -1)?.id).toBe("small");
  expect(table.row(hits.at(5, 5, 0, all) ?? -1)?.id).toBe("large");
  table.remove(["small"]);
  expect(table.row(hits.at(45, 45, 0, all) ?? -1)?.id).toBe("large");
  expect(hits.at(102, 50, 1, all)).toBeNull();
  expect(hits.at(102, 50, 3, all)).not.toBeNull();
});

it("gives no more than was asked for", () => {
  const table = createFindingTable();
  table.put(
    Array.from({ length: 50 }, (_, at) => row(`id-${at}`, [at, 0, 1, 1])),
    "event",
  );
  const hits = createHitIndex(table);
  expect(hits.within(0, 0, 100, 10, all, 7)).toHaveLength(7);
  expect(hits.within(10, 0, 4, 1, all, 100)).toHaveLength(6);
});

it("lists all that lies under a point, the smallest first, among many", () => {
  const table = createFindingTable();
  const many = Array.from({ length: 3000 }, (_, at) => row(`far-${at}`, [1000 + at, 1000, 1, 1]));
  table.put(
    [row("large", [0, 0, 100, 100]), ...many, row("small", [40, 40, 10, 10]), row("flat", [0, 44, 90, 2])],
    "event",
  );
  const hits = createHitIndex(table);
  expect(hits.allAt(45, 45, 0, all).map(table.idAt)).toEqual(["small", "flat", "large"]);
});
