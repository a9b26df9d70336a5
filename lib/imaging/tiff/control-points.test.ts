import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { groundPosition } from "#lib/core/geometry/ground-position.ts";
import { type ControlPoint, fitControlPoints } from "./control-points.ts";

type Ground = (x: number, y: number) => [number, number];

/** Control points on a grid of `side` × `side` over a picture of 20,000 pixels. */
function grid(side: number, ground: Ground): ControlPoint[] {
  return Array.from({ length: side * side }, (_, index) => {
    const x = ((index % side) / (side - 1)) * 20_000;
    const y = (Math.floor(index / side) / (side - 1)) * 20_000;
    const [groundX, groundY] = ground(x, y);
    return { x, y, groundX, groundY };
  });
}

describe("control points", () => {
  it("of a flat picture give its affine transform, from three on", () => {
    const flat: Ground = (x, y) => [10 + 2e-5 * x + 1e-6 * y, 50 + 3e-6 * x - 2e-5 * y];
    for (const points of [grid(2, flat).slice(0, 3), grid(2, flat), grid(4, flat)]) {
      const fit = fitControlPoints(points);
      for (const [index, value] of [2e-5, 1e-6, 10, 3e-6, -2e-5, 50].entries()) {
        expect(fit?.transform[index]).toBeCloseTo(value, 12);
      }
    }
  });

  it("of a bent picture give the polynomial that bends it", () => {
    const small = fc.double({ min: -1e-10, max: 1e-10, noNaN: true });
    fc.assert(
      fc.property(small, small, small, (p, q, r) => {
        const bent: Ground = (x, y) => [10 + 2e-5 * x + p * x * x + r * x * y, 50 - 2e-5 * y + q * y * y];
        const fit = fitControlPoints(grid(5, bent));
        const [x, y] = groundPosition({ crs: "EPSG:4326", transform: [0, 0, 0, 0, 0, 0], ...fit }, 12_345, 6789);
        expect(x).toBeCloseTo(bent(12_345, 6789)[0], 9);
        expect(y).toBeCloseTo(bent(12_345, 6789)[1], 9);
      }),
    );
  });

  it("of too few points, or on a line, give nothing", () => {
    expect(fitControlPoints([])).toBeNull();
    expect(fitControlPoints(grid(2, (x, y) => [x, y]).slice(0, 2))).toBeNull();
    const line = [0, 1, 2, 3].map((step) => ({ x: step, y: step, groundX: step, groundY: step }));
    expect(fitControlPoints(line)).toBeNull();
  });
});
