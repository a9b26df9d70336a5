import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { geometrySchema } from "../detection/finding.ts";
import { ellipseIn } from "./ellipse.ts";
import { distanceToSegment, pathLength, simplified, simplifiedRing } from "./path.ts";
import { boundsOfGeometry, type Position, signedArea } from "./shape.ts";
import { fromFrame, readTurned, rectangleOnSide, toFrame, turnedRing } from "./turned-rectangle.ts";

const coordinate = fc.double({ min: -1e4, max: 1e4, noNaN: true });
const length = fc.double({ min: 1, max: 1e4, noNaN: true });
const position = fc.tuple(coordinate, coordinate);

describe("an ellipse", () => {
  it("fills its box, and is kept as what it is", () => {
    fc.assert(
      fc.property(coordinate, coordinate, length, length, (x, y, width, height) => {
        const ellipse = ellipseIn([x, y, width, height]);
        for (const [at, side] of boundsOfGeometry(ellipse).entries()) {
          expect(side).toBeCloseTo([x, y, width, height][at] ?? Number.NaN, 6);
        }
        const area = Math.abs(signedArea(ellipse.coordinates[0] ?? []));
        expect(area / ((Math.PI / 4) * width * height)).toBeGreaterThan(0.998);
        expect(geometrySchema.parse(ellipse)).toEqual(ellipse);
      }),
    );
  });
});

describe("a turned rectangle", () => {
  it("is read from its outline as it was written", () => {
    fc.assert(
      fc.property(
        position,
        length,
        length,
        fc.double({ min: -3, max: 3, noNaN: true }),
        ([x, y], width, height, angle) => {
          const read = readTurned({ type: "Polygon", coordinates: [turnedRing({ x, y, width, height, angle })] });
          expect(read?.x).toBeCloseTo(x, 5);
          expect(read?.width).toBeCloseTo(width, 5);
          expect(read?.height).toBeCloseTo(height, 5);
          expect(Math.cos((read?.angle ?? 9) - angle)).toBeCloseTo(1, 5);
        },
      ),
    );
  });

  it("stands on the side that was drawn, and reaches where the hand went", () => {
    const onTop = rectangleOnSide([10, 10], [30, 10], [17, 4]);
    expect(onTop).toMatchObject({ x: 20, y: 7, width: 20, height: 6, angle: 0 });
    fc.assert(
      fc.property(position, position, position, (from, to, reach) => {
        fc.pre(Math.hypot(to[0] - from[0], to[1] - from[1]) > 1);
        const rectangle = rectangleOnSide(from, to, reach);
        const [across] = [toFrame(rectangle, reach)[1]];
        expect(Math.abs(Math.abs(across) - rectangle.height / 2)).toBeLessThan(1e-6);
        for (const end of [from, to]) expect(Math.abs(toFrame(rectangle, end)[1])).toBeCloseTo(rectangle.height / 2, 5);
        const [px, py] = fromFrame(rectangle, toFrame(rectangle, reach));
        expect(Math.hypot(px - reach[0], py - reach[1])).toBeLessThan(1e-6);
      }),
    );
  });

  it("is neither a kite, nor a triangle, nor an ellipse", () => {
    const polygon = (...ring: Position[]) => readTurned({ type: "Polygon", coordinates: [ring] });
    expect(polygon([0, 0], [4, 1], [8, 0], [4, -5], [0, 0])).toBeNull();
    expect(polygon([0, 0], [4, 0], [4, 4], [0, 0])).toBeNull();
    expect(readTurned(ellipseIn([0, 0, 5, 5]))).toBeNull();
  });
});

describe("a path", () => {
  it("is as long as its parts", () => {
    const path: Position[] = [
      [0, 0],
      [3, 4],
      [3, 10],
    ];
    expect(pathLength(path)).toBe(11);
    expect(distanceToSegment([5, 5], [0, 0], [10, 0])).toBe(5);
    expect(distanceToSegment([13, 4], [0, 0], [10, 0])).toBe(5);
  });

  it("is made simpler without leaving its course further than is allowed", () => {
    fc.assert(
      fc.property(
        fc.array(position, { minLength: 2, maxLength: 60 }),
        fc.double({ min: 0, max: 500, noNaN: true }),
        (path, tolerance) => {
          const simple = simplified(path, tolerance);
          expect([simple[0], simple.at(-1)]).toEqual([path[0], path.at(-1)]);
          for (const each of path) {
            const distances = simple.slice(1).map((to, at) => distanceToSegment(each, simple[at] ?? to, to));
            expect(Math.min(...distances)).toBeLessThanOrEqual(tolerance + 1e-6);
          }
        },
      ),
    );
  });

  it("that is closed stays closed, and keeps an area", () => {
    const ring = ellipseIn([0, 0, 100, 60]).coordinates[0] ?? [];
    const simple = simplifiedRing(ring, 1);
    expect(simple.length).toBeLessThan(ring.length / 2);
    expect(simple[0]).toEqual(simple.at(-1));
    expect(Math.abs(signedArea(simple)) / Math.abs(signedArea(ring))).toBeGreaterThan(0.95);
    expect(simplifiedRing(ring, 1e6).length).toBeGreaterThanOrEqual(4);
  });
});
