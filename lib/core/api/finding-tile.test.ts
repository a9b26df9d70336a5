import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Geometry } from "../detection/finding.ts";
import { REVIEW_STATES } from "../detection/finding.ts";
import { decodeFindingTile, encodeFindingTile, flattenOutlines, layTile, tileFindingId } from "./finding-tile.ts";

const float = fc.float({ noNaN: true, noDefaultInfinity: true });
const finding = fc.record({
  id: fc.uuid(),
  x: float,
  y: float,
  width: float,
  height: float,
  score: fc.option(fc.float({ min: 0, max: 1, noNaN: true })),
  label: fc.string({ unit: "grapheme" }),
  review: fc.constantFrom(...REVIEW_STATES),
  version: fc.integer({ min: 1, max: 2 ** 31 }),
  flags: fc.integer({ min: 0, max: 7 }),
});

describe("a tile of findings", () => {
  it("says after decoding what was encoded", () => {
    fc.assert(
      fc.property(fc.array(finding, { maxLength: 30 }), fc.nat(1000), (findings, more) => {
        const total = findings.length + more;
        const tile = decodeFindingTile(encodeFindingTile(findings, total).buffer);
        expect([tile.total, tile.count]).toEqual([total, findings.length]);
        const decoded = findings.map((_, index) => {
          const [x, y, width, height] = tile.boxes.subarray(4 * index, 4 * index + 4);
          const score = tile.scores[index] ?? Number.NaN;
          return {
            id: tileFindingId(tile, index),
            ...{ x, y, width, height },
            score: Number.isNaN(score) ? null : score,
            label: tile.labels[tile.labelIndexes[index] ?? -1],
            review: REVIEW_STATES[tile.reviews[index] ?? -1],
            version: tile.versions[index],
            flags: tile.flags[index],
          };
        });
        expect(decoded).toEqual(findings);
      }),
    );
  });

  it("is refused where it is cut, or something else", () => {
    const bytes = encodeFindingTile([], 7);
    expect(() => decodeFindingTile(bytes.buffer.slice(0, -1))).toThrow(RangeError);
    expect(() => decodeFindingTile(new ArrayBuffer(3))).toThrow(RangeError);
    expect(() => decodeFindingTile(new TextEncoder().encode('{"status": 404, "title": "x"}').buffer)).toThrow(
      RangeError,
    );
  });

  it("carries shapes of every kind", () => {
    const ring = (at: number): [number, number][] => [
      [at, 0],
      [at + 1, 0],
      [at, 1],
      [at, 0],
    ];
    const shapes: Geometry[] = [
      { type: "Point", coordinates: [1, 2] },
      { type: "LineString", coordinates: ring(3) },
      { type: "Polygon", coordinates: [ring(1), ring(2)] },
      { type: "Polygon", coordinates: [ring(1)], isEllipse: true },
      { type: "MultiPolygon", coordinates: [[ring(1), ring(2)], [ring(7)], [ring(8), ring(9)]] },
    ];
    const flat = flattenOutlines(shapes.map((geometry, position) => ({ position, geometry })));
    const [rings, points] = [flat.owners.length, flat.points.length / 2];
    const { bytes, columns } = layTile(2, { total: 5, count: 5, labels: ["é"], rings, points });
    columns.ringOwners.set(flat.owners);
    columns.ringLengths.set(flat.lengths);
    columns.points.set(flat.points);
    const tile = decodeFindingTile(bytes.buffer);
    expect([...tile.outlines.values()]).toEqual(shapes);
    expect([tile.labels, tile.density]).toEqual([["é"], null]);
  });
});
