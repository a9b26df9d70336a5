import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { boundsOfGeometry, type Position, polygonsOf, signedArea } from "#lib/core/geometry/shape.ts";
import { brushed } from "./brush.ts";
import { addCorner, begin, type Draft, type DraftTool, dropCorner, finish, follow, lengthOf } from "./drafts.ts";
import { covers, dragged, type Handle, handleAt, handlesOf, withoutCorner } from "./handles.ts";
import { boxShape, ellipseShape, isEllipse, isSlip, moved, type Shape, shapeOf } from "./shape.ts";

const drawn = (tool: DraftTool, ...path: Position[]): Shape | null => {
  const [first = [0, 0], ...others] = path;
  return finish(
    others.reduce<Draft>((draft, at) => follow(draft, at), begin(tool, first)),
    1,
  );
};
const areaOf = ({ box, geometry }: Shape): number =>
  geometry
    ? polygonsOf(geometry).reduce(
        (sum, [outer = [], ...holes]) =>
          sum + Math.abs(signedArea(outer)) - holes.reduce((inner, hole) => inner + Math.abs(signedArea(hole)), 0),
        0,
      )
    : box[2] * box[3];

describe("drawing", () => {
  it("makes a box and an ellipse between two places, whichever is first", () => {
    expect(drawn("rectangle", [30, 40], [10, 20])).toEqual({ box: [10, 20, 20, 20], geometry: null });
    const ellipse = drawn("ellipse", [10, 20], [30, 60]);
    expect(ellipse && isEllipse(ellipse)).toBe(true);
    expect(ellipse?.box).toEqual([10, 20, 20, 40]);
    expect(finish(follow(begin("rectangle", [0, 0]), [30, 10], true), 1)?.box).toEqual([0, 0, 30, 30]);
  });

  it("makes a turned rectangle from a side and a reach", () => {
    const side = follow(begin("turned", [0, 0]), [30, 40]);
    expect(finish(side, 1)).toBeNull();
    if (side.tool !== "turned") throw new Error("another tool");
    const shape = finish({ ...side, reach: [30 - 8, 40 + 6] }, 1);
    expect(shape?.geometry?.type).toBe("Polygon");
    expect(shape && areaOf(shape)).toBeCloseTo(500, 0);
  });

  it("sets corner after corner, takes the last back, and needs enough of them", () => {
    let draft: Draft | null = begin("polygon", [0, 0]);
    draft = addCorner(addCorner(draft, [10, 0]), [10, 10]);
    expect(finish(draft, 1)).toMatchObject({ box: [0, 0, 10, 10], geometry: { type: "Polygon" } });
    draft = dropCorner(draft);
    expect(draft && finish(draft, 1)).toBeNull();
    const line = addCorner(addCorner(begin("polyline", [0, 0]), [3, 4]), [3, 4]);
    expect(finish(line, 1)?.geometry).toEqual({
      type: "LineString",
      coordinates: [
        [0, 0],
        [3, 4],
      ],
    });
    expect(dropCorner(begin("polygon", [0, 0]))).toBeNull();
    expect(lengthOf(follow(begin("ruler", [0, 0]), [3, 4]))).toBe(5);
    const even = follow(begin("ruler", [0, 0]), [50, 3], true);
    expect(even.tool === "ruler" && even.to[1]).toBeCloseTo(0);
  });

  it("draws freely, as few corners as follow the hand", () => {
    const round = Array.from({ length: 400 }, (_, at): Position => [100 * Math.cos(at / 64), 100 * Math.sin(at / 64)]);
    const shape = drawn("free", ...round);
    const corners = shape?.geometry?.type === "Polygon" ? (shape.geometry.coordinates[0]?.length ?? 0) : 0;
    expect(corners).toBeGreaterThan(10);
    expect(corners).toBeLessThan(80);
  });

  it("tells a slip of the hand from a shape", () => {
    expect(isSlip(boxShape(0, 0, 2, 50), 4)).toBe(true);
    expect(
      isSlip(
        shapeOf({
          type: "LineString",
          coordinates: [
            [0, 0],
            [50, 0],
          ],
        }),
        4,
      ),
    ).toBe(false);
    expect(isSlip(shapeOf({ type: "Point", coordinates: [3, 3] }), 4)).toBe(false);
  });
});

const side = (along: -1 | 0 | 1, across: -1 | 0 | 1): Handle => ({ kind: "side", along, across });

describe("handles", () => {
  it("resize a box from any side, the opposite one staying, and unfold it past that", () => {
    const box = boxShape(10, 10, 20, 20);
    expect(dragged(box, side(1, 1), [30, 30], [50, 40]).box).toEqual([10, 10, 40, 30]);
    expect(dragged(box, side(-1, 0), [10, 20], [0, 99]).box).toEqual([0, 10, 30, 20]);
    expect(dragged(box, side(1, 0), [30, 20], [5, 20]).box).toEqual([5, 10, 5, 20]);
    expect(dragged(box, side(1, 1), [30, 30], [50, 31], true).box).toEqual([10, 10, 40, 40]);
    expect(isEllipse(dragged(ellipseShape([0, 0, 10, 10]), side(1, 1), [10, 10], [20, 30]))).toBe(true);
  });

  it("turn a box, and resize it along its own sides then", () => {
    const turned = dragged(boxShape(0, 0, 40, 20), { kind: "turn" }, [20, -10], [60, 10]);
    expect(turned.box).toEqual([10, -10, 20, 40]);
    expect(turned.geometry).toBeNull();
    const tilted = dragged(boxShape(0, 0, 40, 20), { kind: "turn" }, [20, -10], [60, -30]);
    const wider = dragged(tilted, side(1, 0), [0, 0], [60, 50]);
    expect(areaOf(wider)).toBeGreaterThan(areaOf(tilted));
    expect(handlesOf(wider, 10).filter(({ handle }) => handle.kind === "turn")).toHaveLength(1);
  });

  it("never lose the opposite side, however a rectangle is drawn", () => {
    const near = fc.double({ min: -500, max: 500, noNaN: true });
    const direction = fc.constantFrom(-1 as const, 1 as const);
    fc.assert(
      fc.property(near, near, direction, direction, (x, y, along, across) => {
        const { box } = dragged(boxShape(0, 0, 100, 60), side(along, across), [0, 0], [x, y]);
        const stays = [along === 1 ? 0 : 100, across === 1 ? 0 : 60];
        for (const axis of [0, 1] as const) {
          const ends = [box[axis], box[axis] + box[axis + 2 === 2 ? 2 : 3]];
          expect(Math.min(...ends.map((end) => Math.abs(end - (stays[axis] ?? 0))))).toBeLessThan(0.11);
        }
      }),
    );
  });

  it("move, add and take away corners of a polygon", () => {
    const triangle = shapeOf({
      type: "Polygon",
      coordinates: [
        [
          [0, 0],
          [40, 0],
          [0, 40],
          [0, 0],
        ],
      ],
    });
    const square = dragged(triangle, { kind: "between", ring: 0, at: 2 }, [20, 20], [40, 41]);
    expect(handlesOf(square, 1).filter(({ handle }) => handle.kind === "corner")).toHaveLength(4);
    expect(dragged(square, { kind: "corner", ring: 0, at: 0 }, [0, 0], [-10, -10]).box).toEqual([-10, -10, 50, 51]);
    expect(withoutCorner(square, { kind: "corner", ring: 0, at: 2 })).toEqual(triangle);
    expect(withoutCorner(triangle, { kind: "corner", ring: 0, at: 0 })).toBeNull();
    expect(handleAt(triangle, [1, 1], 4, 10)).toEqual({ kind: "corner", ring: 0, at: 0 });
    expect(handleAt(triangle, [10, 12], 4, 10)).toEqual({ kind: "body" });
    expect(handleAt(triangle, [39, 39], 4, 10)).toBeNull();
  });

  it("move any shape by its body, whatever it is", () => {
    const shapes: Shape[] = [
      boxShape(0, 0, 10, 10),
      ellipseShape([0, 0, 10, 20]),
      shapeOf({ type: "Point", coordinates: [5, 5] }),
      shapeOf({
        type: "LineString",
        coordinates: [
          [0, 0],
          [9, 3],
        ],
      }),
      shapeOf({
        type: "Polygon",
        coordinates: [
          [
            [0, 0],
            [9, 3],
            [2, 8],
            [0, 0],
          ],
        ],
      }),
    ];
    for (const shape of shapes) {
      const there = dragged(shape, { kind: "body" }, [1, 1], [8, 3]);
      expect(there.box.slice(2)).toEqual(shape.box.slice(2));
      expect([there.box[0] - shape.box[0], there.box[1] - shape.box[1]]).toEqual([7, 2]);
      expect(moved(there, -7, -2)).toEqual(shape);
    }
  });
});

describe("the brush", () => {
  const stroke = (radius: number, ...path: Position[]) => ({ path, radius });

  it("makes a disc of a dab, and an area of a stroke", () => {
    const dab = brushed(null, stroke(10, [50, 50]), false);
    expect(dab && areaOf(dab)).toBeGreaterThan(300);
    expect(dab?.box[0]).toBeCloseTo(40, 0);
    const line = brushed(null, stroke(5, [0, 0], [100, 0]), false);
    expect(line && Math.abs(areaOf(line) - (1000 + Math.PI * 25))).toBeLessThan(15);
  });

  it("adds, takes away, cuts in two, leaves holes, and ends at nothing", () => {
    const square = boxShape(0, 0, 100, 100);
    const more = brushed(square, stroke(10, [100, 50], [140, 50]), false);
    expect(more?.box[2]).toBeGreaterThan(140);
    const cut = brushed(square, stroke(5, [50, -20], [50, 120]), true);
    expect(cut?.geometry?.type).toBe("MultiPolygon");
    expect(cut && areaOf(cut)).toBeCloseTo(9000, -2);
    const hole = brushed(square, stroke(10, [50, 50]), true);
    expect(hole?.geometry?.type === "Polygon" && hole.geometry.coordinates).toHaveLength(2);
    expect(hole && covers(hole, [50, 50], 0)).toBe(false);
    const filled = hole && brushed(hole, stroke(14, [50, 50]), false);
    expect(filled && areaOf(filled)).toBeCloseTo(10_000, -1);
    expect(brushed(square, stroke(200, [50, 50]), true)).toBeNull();
  });

  it("adds no less than it covers, and takes no more than that", () => {
    const place = fc.tuple(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 200 }));
    fc.assert(
      fc.property(fc.array(place, { minLength: 1, maxLength: 8 }), fc.integer({ min: 3, max: 30 }), (path, radius) => {
        const mark = brushed(null, stroke(radius, ...path), false);
        if (!mark) throw new Error("a stroke leaves a mark");
        expect(areaOf(mark)).toBeGreaterThan(Math.PI * radius ** 2 * 0.9);
        const both = brushed(boxShape(50, 50, 100, 100), stroke(radius, ...path), false);
        const rest = brushed(boxShape(50, 50, 100, 100), stroke(radius, ...path), true);
        const slack = areaOf(mark) * 0.05 + 60;
        const [joined, left] = [both ? areaOf(both) : 0, rest ? areaOf(rest) : 0];
        expect(Math.abs(joined - (left + areaOf(mark)))).toBeLessThan(slack);
        if (both?.geometry) expect(boundsOfGeometry(both.geometry)).toEqual(both.box);
      }),
      { numRuns: 60 },
    );
  });
});
