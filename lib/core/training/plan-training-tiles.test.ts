import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BoxNumbers } from "../geometry/shape.ts";
import { planTrainingTiles, shownIn, type TrainingTile } from "./plan-training-tiles.ts";
import { addObject, boxAt, roomForObjects, type TrainingObjects } from "./training-objects.ts";

type TrainingObject = { page: number; box: BoxNumbers; label: string };
const PAGE = { width: 1000, height: 400 };

function gathered(objects: readonly TrainingObject[]): TrainingObjects {
  const labels = [...new Set(objects.map(({ label }) => label))].sort();
  const columns = roomForObjects(labels, objects.length);
  for (const { page, label, box } of objects) addObject(columns, page, labels.indexOf(label), ...box);
  return columns;
}

function shows({ page, x, y, width, height }: TrainingTile, { page: own, box }: TrainingObject): boolean {
  return page === own && box[0] < x + width && box[0] + box[2] > x && box[1] < y + height && box[1] + box[3] > y;
}

describe("tiles of a training set", () => {
  it("share no pixel, and no object is shown both to learn from and to check on", () => {
    const boxes = fc.array(
      fc.record({
        page: fc.nat(2),
        box: fc.tuple(fc.nat(940), fc.nat(360), fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 200 })),
        label: fc.constantFrom("car", "bus"),
      }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(boxes, fc.integer({ min: 1, max: 3 }), fc.integer({ min: 60, max: 300 }), (drawn, count, tile) => {
        const objects = drawn.map((each) => ({ ...each, page: each.page % count }));
        const pages = Array.from({ length: count }, () => PAGE);
        const { tiles } = planTrainingTiles(gathered(objects), pages, { tile, validation: 0.25 });
        for (const object of objects) {
          expect(new Set(tiles.filter((each) => shows(each, object)).map(({ part }) => part)).size).toBeLessThan(2);
        }
        expect(new Set(tiles.map(({ page, x, y }) => `${page} ${x} ${y}`)).size).toBe(tiles.length);
        for (const { x, y, width, height } of tiles) {
          expect([x % tile, y % tile, x + width <= PAGE.width, y + height <= PAGE.height]).toEqual([0, 0, true, true]);
        }
      }),
    );
  });

  it("are checked on at one end of the longer side, with the part of the objects that was asked for", () => {
    const boxes = Array.from({ length: 20 }, (_, at): BoxNumbers => [at * 50 + 10, 100, 20, 20]);
    const objects = gathered(boxes.map((box) => ({ page: 0, box, label: "car" })));
    const { tiles, leaking } = planTrainingTiles(objects, [PAGE], { tile: 100, validation: 0.2 });
    const checked = tiles.filter(({ part }) => part === "val");
    expect(checked.flatMap((each) => shownIn(each, objects))).toHaveLength(4);
    expect(checked.every(({ x }) => x >= 800)).toBe(true);
    expect(leaking).toBe(0);
    // One in ten shows nothing.
    expect(tiles.filter(({ touching }) => touching.length === 0)).toHaveLength(1);
  });

  it("beside the border that show an object of the other part are left out, and slivers are not labelled", () => {
    const objects = gathered([
      { page: 0, box: [10, 10, 20, 20], label: "car" },
      { page: 0, box: [795, 10, 50, 50], label: "car" },
      { page: 0, box: [895, 110, 20, 20], label: "bus" },
    ]);
    const { tiles, leaking } = planTrainingTiles(objects, [PAGE], { tile: 100, validation: 0.6 });
    const labelled = tiles.filter((each) => shownIn(each, objects).length > 0);
    expect(labelled.map((each) => [each.x, each.y, each.part, shownIn(each, objects)])).toEqual([
      [0, 0, "train", [{ at: 0, box: [10, 10, 20, 20] }]],
      [900, 100, "val", [{ at: 2, box: [0, 10, 15, 20] }]],
    ]);
    expect(leaking).toBe(1);
  });
});

it("objects in columns are what was taken in, however many, and their classes are in order", () => {
  const taken = Array.from({ length: 3000 }, (_, at): TrainingObject => {
    return { page: at % 7, box: [at, 2 * at, 1 + at / 8, 2], label: ["wheel", "car", "bus"][at % 3] ?? "" };
  });
  const objects = gathered(taken);
  expect(objects.labels).toEqual(["bus", "car", "wheel"]);
  const given = Array.from({ length: objects.count }, (_, at) => ({
    page: objects.pages[at],
    box: boxAt(objects, at),
    label: objects.labels[objects.classes[at] ?? -1],
  }));
  expect(given).toEqual(taken);
});
