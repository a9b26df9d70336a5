import { describe, expect, it } from "vitest";
import { gridLines } from "./grid-lines.ts";

const sizes = { head: 30, line: 100, columns: 3 };

describe("the lines of the gallery", () => {
  it("hold so many crops each, of which those in sight are told", () => {
    const lines = gridLines(7, [], sizes);
    expect(lines.height).toBe(300);
    expect([0, 3, 6].map(lines.topOf)).toEqual([0, 100, 200]);
    expect(lines.between(150, 250)).toEqual([
      { top: 100, group: null, first: 3, end: 6 },
      { top: 200, group: null, first: 6, end: 7 },
    ]);
  });

  it("begin anew with each class, below its head", () => {
    const groups = [
      { label: "bus", start: 0, count: 4 },
      { label: "car", start: 4, count: 2 },
    ];
    const lines = gridLines(6, groups, sizes);
    expect(lines.height).toBe(360);
    expect([3, 4].map(lines.topOf)).toEqual([130, 260]);
    expect(lines.between(131, 360).map((each) => (each.group === null ? each.first : each.group.label))).toEqual([
      "bus",
      3,
      "car",
      4,
    ]);
  });

  it("of a million findings are those in sight alone", () => {
    const lines = gridLines(1_000_000, [], { ...sizes, columns: 4 });
    expect(lines.between(12_500_000, 12_500_400).map((each) => each.top)).toEqual([
      12_500_000, 12_500_100, 12_500_200, 12_500_300,
    ]);
  });
});
