import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ImageScale } from "#lib/core/detection/image.ts";
import { fromLonLat, toLonLat } from "./georeference.ts";

describe("pixels to longitude and latitude", () => {
  it("goes through the affine transform and the CRS", () => {
    // RGB.byte.tif; its western bound is stated in rasterio's documentation.
    const utm = toLonLat({
      crs: "EPSG:32618",
      transform: [300.0379266750948, 0, 101985, 0, -300.041782729805, 2826915],
    });
    const [longitude, latitude] = utm?.(0, 0) ?? [];
    expect(longitude).toBeCloseTo(-78.95864996545055, 8);
    expect(latitude).toBeCloseTo(25.5, 1);
  });

  it("shifts the datum: the origin of the Swiss grid is Bern's old observatory", () => {
    const swiss = toLonLat({ crs: "EPSG:2056", transform: [1, 0, 2600000, 0, -1, 1200000] });
    const [longitude, latitude] = swiss?.(0, 0) ?? [];
    expect(longitude).toBeCloseTo(7.438632, 4);
    expect(latitude).toBeCloseTo(46.951083, 4);
  });

  it("follows a turned picture", () => {
    const turned = toLonLat({ crs: "EPSG:4326", transform: [0, 2, 10, 1, 0, 20] });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 30 }), (x, y) => {
        const [longitude, latitude] = turned?.(x, y) ?? [];
        expect(longitude).toBeCloseTo(2 * y + 10, 9);
        expect(latitude).toBeCloseTo(x + 20, 9);
      }),
    );
  });

  it("leads back to the pixel, turned or bent", () => {
    const bent = {
      crs: "EPSG:32618",
      transform: [0.5, 0.1, 300_000, -0.1, -0.5, 4_500_000] as [number, number, number, number, number, number],
      polynomial: {
        x: [300_000, 0.5, 0.1, 1e-7, 2e-7, -1e-7] as [number, number, number, number, number, number],
        y: [4_500_000, -0.1, -0.5, 2e-7, 0, 1e-7] as [number, number, number, number, number, number],
      },
    };
    const { polynomial: _, ...turned } = bent;
    fc.assert(
      fc.property(fc.integer({ min: -100, max: 30_000 }), fc.integer({ min: -100, max: 30_000 }), (x, y) => {
        for (const scale of [bent, turned]) {
          const [longitude = 0, latitude = 0] = toLonLat(scale)?.(x, y) ?? [];
          const [backX, backY] = fromLonLat(scale, { width: 30_000, height: 30_000 })?.(longitude, latitude) ?? [];
          expect(backX).toBeCloseTo(x, 2);
          expect(backY).toBeCloseTo(y, 2);
        }
      }),
    );
  });

  it("counts on beyond the antimeridian, and back", () => {
    const size = { width: 64, height: 48 };
    const scales: ImageScale[] = [
      { crs: "EPSG:4326", transform: [0.03125, 0, 179, 0, -0.03125, 10] },
      { crs: "EPSG:3832", transform: [1562.5, 0, 3_300_000, 0, -1562.5, 1_000_000] },
    ];
    for (const scale of scales) {
      const sides = new Set<number>();
      for (let x = 0; x <= 64; x += 4) {
        const [longitude = 0, latitude = 0] = toLonLat(scale)?.(x, 20) ?? [];
        expect(Math.abs(longitude)).toBeLessThanOrEqual(180);
        sides.add(Math.sign(longitude));
        const [backX, backY] = fromLonLat(scale, size)?.(longitude, latitude) ?? [];
        expect(backX).toBeCloseTo(x, 6);
        expect(backY).toBeCloseTo(20, 6);
      }
      expect(sides).toEqual(new Set([1, -1]));
    }
  });

  it("is null without a georeference, and for what it does not know", () => {
    expect(toLonLat(null)).toBeNull();
    expect(toLonLat({ micronsPerPixel: 0.5 })).toBeNull();
    expect(toLonLat({ crs: "EPSG:1", transform: [1, 0, 0, 0, 1, 0] })).toBeNull();
    expect(toLonLat({ crs: "EPSG:4978", transform: [1, 0, 0, 0, 1, 0] })).toBeNull();
  });
});
