import { describe, expect, it } from "vitest";
import type { Geometry } from "../detection/finding.ts";
import { ringOfBox } from "../geometry/shape.ts";
import { projectShape } from "./antimeridian.ts";

const wrap = (longitude: number): number => longitude - 360 * Math.round(longitude / 360);
/** A picture in degrees, a degree a pixel, whose left edge is at `left`. */
const at =
  (left: number) =>
  (x: number, y: number): [number, number] => [wrap(left + x), 10 - y];
const box = (x: number, width: number): Geometry => ({ type: "Polygon", coordinates: [ringOfBox([x, 0, width, 4])] });

function bounds(geometry: Geometry): number[][] {
  const polygons = geometry.type === "MultiPolygon" ? geometry.coordinates : [];
  return polygons.map((rings) => {
    const longitudes = rings[0]?.map(([longitude]) => longitude) ?? [];
    return [Math.min(...longitudes), Math.max(...longitudes)];
  });
}

describe("a shape on the ground", () => {
  it("is cut in two where it crosses the antimeridian, wherever it begins", () => {
    for (const left of [170, -190]) {
      const cut = projectShape(box(5, 10), at(left));
      expect(bounds(cut).toSorted(([a = 0], [b = 0]) => a - b)).toEqual([
        [-180, -175],
        [175, 180],
      ]);
    }
  });

  it("stays whole beside it, and where it is long but does not cross it", () => {
    expect(projectShape(box(2, 3), at(170))).toMatchObject({ type: "Polygon" });
    const world = projectShape(box(10, 340), at(-180));
    expect(world).toMatchObject({ type: "Polygon" });
    expect(JSON.stringify(world)).toContain("170");
  });

  it("keeps holes on their side, and each part closed", () => {
    const holed: Geometry = {
      type: "Polygon",
      coordinates: [ringOfBox([5, 0, 10, 4]), ringOfBox([12, 1, 2, 1]).toReversed()],
    };
    const cut = projectShape(holed, at(170));
    const parts = cut.type === "MultiPolygon" ? cut.coordinates : [];
    expect(parts.map((rings) => rings.length).toSorted()).toEqual([1, 2]);
    for (const ring of parts.flat()) expect(ring.at(-1)).toEqual(ring[0]);
  });

  it("goes on beyond it where it is a line", () => {
    const line: Geometry = {
      type: "LineString",
      coordinates: [
        [5, 0],
        [12, 2],
      ],
    };
    expect(projectShape(line, at(170))).toEqual({
      type: "LineString",
      coordinates: [
        [175, 10],
        [182, 8],
      ],
    });
  });

  it("comes back from its parts as it was cut", () => {
    const cut = projectShape(box(5, 10), at(170));
    const back = (longitude: number, latitude: number): [number, number] => [
      (longitude < 0 ? longitude + 360 : longitude) - 170,
      10 - latitude,
    ];
    const pixels: Geometry = {
      type: "MultiPolygon",
      coordinates:
        cut.type === "MultiPolygon"
          ? cut.coordinates.map((part) => part.map((ring) => ring.map((p) => back(...p))))
          : [],
    };
    expect(projectShape(pixels, at(170))).toEqual(cut);
  });
});
