import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatMetres, formatSquareMetres } from "#lib/core/quantities.ts";
import { roundDown, scaleBar } from "./length.ts";

describe("lengths", () => {
  it.each([
    [0.0000005, "500 nm"],
    [0.000264, "264 µm"],
    [0.001, "1 mm"],
    [0.02, "20 mm"],
    [1, "1 m"],
    [20_000, "20 km"],
  ])("%d m", (metres, text) => {
    expect(formatMetres(metres)).toBe(text);
  });

  it("writes areas in the square of a unit", () => {
    expect(formatSquareMetres(59_711e-12)).toBe("59,711 µm²");
    expect(formatSquareMetres(2.5e6)).toBe("2.5 km²");
  });

  it("makes scale bars of 1, 2 or 5, no longer than allowed and at least two fifths of it", () => {
    const zoom = fc.double({ min: 1e-4, max: 32, noNaN: true });
    const metres = fc.double({ min: 1e-8, max: 1000, noNaN: true });
    fc.assert(
      fc.property(zoom, metres, (scale, metresPerPixel) => {
        const bar = scaleBar(scale, metresPerPixel, 150);
        expect(bar.screenPixels).toBeLessThanOrEqual(150 * 1.0001);
        expect(bar.screenPixels).toBeGreaterThanOrEqual(150 * 0.3999);
        const lead = roundDown((150 / scale) * metresPerPixel);
        expect([1, 2, 5]).toContain(Math.round(lead / 10 ** Math.floor(Math.log10(lead) + 1e-9)));
      }),
    );
  });
});
