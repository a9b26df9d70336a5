import { describe, expect, it } from "vitest";
import { listLines } from "./list-lines.ts";

describe("the lines of a list", () => {
  it("are the findings where nothing is grouped", () => {
    const lines = listLines(3, []);
    expect([lines.count, lines.lineOf(2), lines.positionOf(1), lines.groupAt(0)]).toEqual([3, 2, 1, null]);
  });

  it("have a head before each class", () => {
    const groups = [
      { label: "bus", start: 0, count: 2 },
      { label: "car", start: 2, count: 1 },
      { label: "tree", start: 3, count: 2 },
    ];
    const lines = listLines(5, groups);
    const spelt = Array.from({ length: lines.count }, (_, at) => lines.groupAt(at)?.label ?? lines.positionOf(at));
    expect(spelt).toEqual(["bus", 0, 1, "car", 2, "tree", 3, 4]);
    expect([0, 1, 2, 3, 4].map(lines.lineOf)).toEqual([1, 2, 4, 6, 7]);
  });
});
