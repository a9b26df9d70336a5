import { describe, expect, it } from "vitest";
import { vennOf } from "./venn-shapes.ts";

describe("the diagram of a comparison", () => {
  it.each([2, 3, 4])("of %i sides has a place for each of their selections, no two of them on each other", (sides) => {
    const venn = vennOf(sides);
    const selections = Array.from({ length: 2 ** sides - 1 }, (_, at) =>
      Array.from({ length: sides }, (_each, side) => side)
        .filter((side) => ((at + 1) >> side) & 1)
        .join(),
    );
    expect([...(venn?.at.keys() ?? [])].sort()).toEqual(selections.sort());
    const places = [...(venn?.at.values() ?? [])];
    for (const [index, [x, y]] of places.entries())
      for (const [otherX, otherY] of places.slice(index + 1))
        expect(Math.hypot(x - otherX, y - otherY)).toBeGreaterThan(14);
    // Everything is within the drawing.
    for (const [x, y] of places) {
      expect(x).toBeGreaterThan(8);
      expect(x).toBeLessThan((venn?.width ?? 0) - 8);
      expect(y).toBeGreaterThan(6);
      expect(y).toBeLessThan((venn?.height ?? 0) - 6);
    }
  });

  it("is not drawn of one side or of five", () => {
    expect([vennOf(1), vennOf(5)]).toEqual([null, null]);
  });
});
