import { describe, expect, it } from "vitest";
import { groundOf } from "./ground.ts";

describe("where a pixel lies", () => {
  it("knows nothing without a scale", () => {
    expect(groundOf(null, 10, 10).locate(1, 1)).toBeNull();
    expect(groundOf(null, 10, 10).metresPerPixel).toBeNull();
  });

  it("counts micrometres on a slide", () => {
    const ground = groundOf({ micronsPerPixel: 0.5 }, 100, 100);
    expect(ground.metresPerPixel).toBeCloseTo(0.5e-6, 12);
    expect(ground.locate(10, 20)).toBe("5.0, 10.0 µm");
  });

  // The origin and pixel of rasterio's RGB.byte.tif; the corner as gdalinfo states it: 78°57'30"W, 25°30'27"N.
  it("turns UTM into longitude and latitude, and pixels into metres", () => {
    const transform: [number, number, number, number, number, number] = [300.0379, 0, 101_985, 0, -300.0418, 2_826_915];
    const ground = groundOf({ crs: "EPSG:32618", transform }, 791, 718);
    expect(ground.locate(0, 0)).toMatch(/^25\.50\d+° N, 78\.95\d+° W$/);
    expect(ground.metresPerPixel ?? 0).toBeGreaterThan(298);
    expect(ground.metresPerPixel ?? 0).toBeLessThan(302);
  });

  it("shows the picture's own coordinates where the CRS is not known", () => {
    const ground = groundOf({ crs: "LOCAL:1", transform: [2, 0, 100, 0, -2, 50] }, 10, 10);
    expect(ground.locate(1, 1)).toBe("102.00, 48.00");
  });
});
