import { describe, expect, it } from "vitest";
import type { Geometry } from "../detection/finding.ts";
import { isBoxOutline, type Position, ringOfBox, signedArea } from "./shape.ts";

const polygon = (...ring: Position[]): Geometry => ({ type: "Polygon", coordinates: [ring] });

describe("shapes", () => {
  it("knows the outline of a box wherever it begins and whichever way it runs", () => {
    const ring = ringOfBox([1, 2, 3, 4]);
    expect(isBoxOutline(polygon(...ring))).toBe(true);
    expect(isBoxOutline(polygon(...ring.toReversed()))).toBe(true);
    const turned = [...ring.slice(2, 4), ...ring.slice(0, 3)];
    expect(isBoxOutline(polygon(...turned))).toBe(true);
  });

  it("takes no bow tie, no slanted side, no point and no hole for a box", () => {
    expect(isBoxOutline(polygon([0, 0], [4, 3], [4, 0], [0, 3], [0, 0]))).toBe(false);
    expect(isBoxOutline(polygon([0, 0], [4, 0], [4, 3], [1, 3], [0, 0]))).toBe(false);
    expect(isBoxOutline(polygon([1, 1], [1, 1], [1, 1], [1, 1], [1, 1]))).toBe(false);
    expect(isBoxOutline({ type: "Polygon", coordinates: [ringOfBox([0, 0, 9, 9]), ringOfBox([1, 1, 2, 2])] })).toBe(
      false,
    );
  });

  it("gives the area a sign by its turn", () => {
    expect(signedArea(ringOfBox([5, 5, 3, 4]))).toBe(12);
    expect(signedArea(ringOfBox([5, 5, 3, 4]).toReversed())).toBe(-12);
  });
});
