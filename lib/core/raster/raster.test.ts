import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { boundsOfGeometry, ringOfBox, signedArea } from "../geometry/shape.ts";
import { connectedParts, extentsOf, fillHoles } from "./components.ts";
import { distanceInside } from "./distance.ts";
import { joinedOutline } from "./joined-outline.ts";
import { histogramOf, otsu, quantile } from "./otsu.ts";
import { fillRing, outlineOf, simplified } from "./outline.ts";
import { type Mask, maskWhere, raster } from "./raster.ts";
import { shrunkRgb } from "./resample.ts";
import { measureShapes } from "./shape-measures.ts";
import { blurred } from "./smooth.ts";
import { slopesOf, starOutline } from "./star-outline.ts";
import { watershed } from "./watershed.ts";

const masks = fc
  .record({ width: fc.integer({ min: 1, max: 14 }), height: fc.integer({ min: 1, max: 14 }) })
  .chain(({ width, height }) =>
    fc
      .array(fc.boolean(), { minLength: width * height, maxLength: width * height })
      .map((bits): Mask => ({ width, height, data: Uint8Array.from(bits, Number) })),
  );

function disc(
  width: number,
  height: number,
  circles: readonly (readonly [x: number, y: number, radius: number])[],
): Mask {
  return maskWhere({ width, height }, (index) => {
    const [px, py] = [(index % width) + 0.5, Math.floor(index / width) + 0.5];
    return circles.some(([x, y, radius]) => Math.hypot(px - x, py - y) <= radius);
  });
}

describe("connected parts", () => {
  test("cover the mask, each in one piece, numbered without gaps", () => {
    fc.assert(
      fc.property(masks, (mask) => {
        const parts = connectedParts(mask);
        expect([...parts.data].map((label) => Number(label > 0))).toEqual([...mask.data]);
        for (const [at, { area }] of extentsOf(parts).entries()) {
          expect(area).toBeGreaterThan(0);
          const one = maskWhere(mask, (index) => parts.data[index] === at + 1);
          expect(connectedParts(one).count).toBe(1);
        }
      }),
    );
  });

  test("holes are filled where asked, and what reaches the edge is none", () => {
    const ring = maskWhere({ width: 5, height: 5 }, (index) => index !== 12);
    expect(fillHoles(ring, () => true).data.every((inside) => inside === 1)).toBe(true);
    expect(fillHoles(ring, ({ area }) => area > 1).data).toEqual(ring.data);
    expect(
      fillHoles(
        maskWhere({ width: 3, height: 3 }, (index) => index !== 3),
        () => true,
      ).data[3],
    ).toBe(0);
  });
});

describe("outlines", () => {
  test("an outline filled again gives the object back, its holes filled, and its area is the pixels'", () => {
    fc.assert(
      fc.property(masks, (mask) => {
        const parts = connectedParts(mask);
        for (const [at, extent] of extentsOf(parts).entries()) {
          const one = maskWhere(mask, (index) => parts.data[index] === at + 1);
          const ring = outlineOf(parts, at + 1, extent);
          expect(ring.at(-1)).toEqual(ring[0]);
          const filled = fillHoles(one, () => true);
          expect([...fillRing(ring, mask).data]).toEqual([...filled.data]);
          expect(Math.abs(signedArea(ring))).toBeCloseTo(filled.data.reduce((sum, inside) => sum + inside, 0));
        }
      }),
    );
  });

  test("a simplified outline stays within its tolerance", () => {
    const mask = disc(60, 60, [[30, 30, 22]]);
    const parts = connectedParts(mask);
    const [extent] = extentsOf(parts);
    const ring = extent ? outlineOf(parts, 1, extent) : [];
    const plain = simplified(ring, 1);
    expect(plain.length).toBeLessThan(ring.length * 0.5);
    for (const [x, y] of plain) expect(Math.abs(Math.hypot(x - 30, y - 30) - 22)).toBeLessThan(1.5);
    expect(Math.abs(signedArea(plain)) / (Math.PI * 22 * 22)).toBeCloseTo(1, 1);
  });
});

test("shapes are joined to what they cover together", () => {
  const square = (x: number, y: number, side: number) => ({
    type: "Polygon" as const,
    coordinates: [ringOfBox([x, y, side, side])],
  });
  const joined = joinedOutline([square(100, 200, 20), square(110, 210, 20)]);
  expect(joined && boundsOfGeometry(joined)).toEqual([100, 200, 30, 30]);
  expect(joined?.type === "Polygon" && Math.abs(signedArea(joined.coordinates[0] ?? []))).toBe(700);
  expect(joinedOutline([square(0, 0, 10), square(30, 0, 10)])?.type).toBe("MultiPolygon");
  expect(joinedOutline([{ type: "Point", coordinates: [1, 1] }])).toBeNull();
});

test("distances are those of the nearest outside pixel, as the definition says", () => {
  fc.assert(
    fc.property(masks, (mask) => {
      const outside = [...mask.data.keys()].filter((index) => mask.data[index] === 0);
      if (outside.length === 0) return;
      const distances = distanceInside(mask);
      for (const index of mask.data.keys()) {
        const away = ([x, y]: readonly [number, number]) =>
          Math.hypot((index % mask.width) - x, Math.floor(index / mask.width) - y);
        const nearest = Math.min(...outside.map((at) => away([at % mask.width, Math.floor(at / mask.width)])));
        expect(distances.data[index]).toBeCloseTo(nearest, 4);
      }
    }),
    { numRuns: 50 },
  );
});

describe("watershed", () => {
  test("parts the positive pixels, all of them, into connected hills", () => {
    fc.assert(
      fc.property(
        masks,
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 200, maxLength: 200 }),
        (mask, heights) => {
          const hills = {
            ...mask,
            data: Float32Array.from(mask.data, (inside, index) => inside * (heights[index] ?? 1)),
          };
          const parts = watershed(hills, () => false);
          expect([...parts.data].map((label) => Number(label > 0))).toEqual([...mask.data]);
          for (let label = 1; label <= parts.count; label++) {
            expect(connectedParts(maskWhere(mask, (index) => parts.data[index] === label)).count).toBe(1);
          }
          // Where all hills that meet are one, hills are the connected parts.
          expect(watershed(hills, () => true).count).toBe(connectedParts(mask).count);
        },
      ),
    );
  });

  test("parts two discs that touch at their neck, and leaves one alone", () => {
    const parted = (circles: readonly (readonly [number, number, number])[]) =>
      watershed(distanceInside(disc(80, 50, circles)), (lower, saddle) => lower - saddle < 2);
    expect(parted([[25, 25, 16]]).count).toBe(1);
    const two = parted([
      [25, 25, 16],
      [52, 25, 16],
    ]);
    expect(two.count).toBe(2);
    const areas = extentsOf(two).map(({ area }) => area);
    expect(Math.min(...areas) / Math.max(...areas)).toBeGreaterThan(0.9);
  });
});

describe("histograms", () => {
  test("Otsu parts two kinds between them, and says where there is one only", () => {
    const two = otsu(histogramOf([...Array(50).fill(0.2), ...Array(20).fill(0.8)], { from: 0, to: 1 }));
    expect(two.threshold).toBeCloseTo(0.5, 1);
    expect(two.separation).toBeGreaterThan(0.99);
    const noise = histogramOf(
      Array.from({ length: 1000 }, (_, at) => at / 1000),
      { from: 0, to: 1 },
    );
    expect(otsu(noise).separation).toBeLessThan(0.8);
    expect(quantile(noise, 0.25)).toBeCloseTo(0.25, 2);
  });
});

test("shapes are measured in pixels", () => {
  const [shape] = measureShapes(
    connectedParts(
      maskWhere(
        { width: 40, height: 30 },
        (index) => index % 40 >= 10 && index % 40 < 30 && index >= 400 && index < 800,
      ),
    ),
  );
  expect(shape).toMatchObject({ area: 200, centre: [20, 15], solidity: 1 });
  expect(shape?.majorAxis).toBeCloseTo((4 * 20) / Math.sqrt(12), 5);
  expect(shape?.eccentricity).toBeCloseTo(Math.sqrt(1 - 0.25), 5);
});

test("a star finds the edge of a disc from a centre that is a little off", () => {
  const mask = disc(80, 80, [[40, 40, 18]]);
  const density = blurred({ ...raster(80, 80), data: Float32Array.from(mask.data) }, 1);
  const star = starOutline(slopesOf(density), {
    ...{ centre: [42, 39], shortest: 8, longest: 30, likeliest: 18, fullSlope: 0.2 },
  });
  for (const [ray, radius] of star.radii.entries()) {
    const angle = (2 * Math.PI * ray) / star.radii.length;
    const [x, y] = [42 + radius * Math.cos(angle), 39 + radius * Math.sin(angle)];
    expect(Math.abs(Math.hypot(x - 40, y - 40) - 18)).toBeLessThan(1.6);
  }
});

test("shrinking keeps the mean, by areas", () => {
  const data = Uint8Array.from({ length: 9 * 6 * 3 }, (_, at) => (at * 37) % 256);
  const small = shrunkRgb({ width: 9, height: 6, data }, 4, 4);
  const mean = (values: Uint8Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(small).toMatchObject({ width: 4, height: 4 });
  expect(Math.abs(mean(small.data) - mean(data))).toBeLessThan(1);
  expect(shrunkRgb({ width: 9, height: 6, data }, 20, 20).data).toBe(data);
});
