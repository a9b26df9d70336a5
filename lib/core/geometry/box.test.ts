import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { area, box, intersectionArea, ios, iou } from "./box.ts";

const whole = fc.integer({ min: -20, max: 20 });
const side = fc.integer({ min: 0, max: 20 });
const anyBox = fc.tuple(whole, whole, side, side).map((numbers) => box(...numbers));

describe("overlap of boxes", () => {
  it("is measured over the union or the smaller", () => {
    const [large, small] = [box(0, 0, 10, 10), box(5, 5, 10, 2)];
    expect(intersectionArea(large, small)).toBe(10);
    expect(iou(large, small)).toBeCloseTo(10 / 110);
    expect(ios(large, small)).toBe(0.5);
  });

  it("counts the pixels that both hold", () => {
    const holds = ([x, y, w, h]: readonly number[], px: number, py: number) =>
      px >= (x ?? 0) && px < (x ?? 0) + (w ?? 0) && py >= (y ?? 0) && py < (y ?? 0) + (h ?? 0);
    fc.assert(
      fc.property(anyBox, anyBox, (a, b) => {
        let shared = 0;
        for (let x = -20; x < 40; x++) for (let y = -20; y < 40; y++) if (holds(a, x, y) && holds(b, x, y)) shared++;
        expect(intersectionArea(a, b)).toBe(shared);
      }),
      { numRuns: 50 },
    );
  });

  it("is symmetric, within 0…1, whole for a box with itself and 0 without area", () => {
    fc.assert(
      fc.property(anyBox, anyBox, (a, b) => {
        for (const metric of [iou, ios]) {
          expect(metric(a, b)).toBe(metric(b, a));
          expect(metric(a, b)).toBeGreaterThanOrEqual(0);
          expect(metric(a, b)).toBeLessThanOrEqual(1);
          expect(metric(a, a)).toBe(area(a) > 0 ? 1 : 0);
        }
        expect(ios(a, b)).toBeGreaterThanOrEqual(iou(a, b));
      }),
    );
  });
});
