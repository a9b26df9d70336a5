import fc from "fast-check";
import { expect, it } from "vitest";
import { coveredArea } from "./covered-area.ts";

const rectangle = fc.record({
  x: fc.integer({ min: 0, max: 20 }),
  y: fc.integer({ min: 0, max: 20 }),
  width: fc.integer({ min: 1, max: 12 }),
  height: fc.integer({ min: 1, max: 12 }),
});

it("counts each covered pixel once", () => {
  fc.assert(
    fc.property(fc.array(rectangle, { maxLength: 12 }), (rectangles) => {
      const pixels = new Set<string>();
      for (const { x, y, width, height } of rectangles) {
        for (let column = x; column < x + width; column++) {
          for (let row = y; row < y + height; row++) pixels.add(`${column},${row}`);
        }
      }
      expect(coveredArea(rectangles)).toBe(pixels.size);
    }),
  );
});
