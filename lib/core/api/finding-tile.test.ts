import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { REVIEW_STATES } from "../detection/finding.ts";
import { decodeFindingTile, encodeFindingTile, tileFindingId } from "./finding-tile.ts";

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
});
