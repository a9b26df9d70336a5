import fc from "fast-check";
import { expect, it } from "vitest";
import { compare } from "./compare.ts";
import { compareMany } from "./compare-many.ts";
import type { Compared } from "./evaluate.ts";

const at = (x: number, label = "car"): Compared => ({ page: 0, box: [x, 0, 10, 10], label, score: null });

it("of three sets each place tells who has it, and whether they agree on its name", () => {
  const sets = [
    [at(0), at(100)],
    [at(101), at(200, "bus")],
    [at(200, "truck"), at(1), at(300)],
  ];
  expect(compareMany(sets, 0.5)).toEqual([
    { members: [0, null, 1], renamed: false },
    { members: [1, 0, null], renamed: false },
    { members: [null, 1, 0], renamed: true },
    { members: [null, null, 2], renamed: false },
  ]);
});

it("two sets are compared as ever, and every finding of any number of sets is at just one place", () => {
  const boxes = fc.array(fc.record({ x: fc.nat(150), label: fc.constantFrom("car", "bus") }), { maxLength: 25 });
  fc.assert(
    fc.property(fc.array(boxes, { minLength: 1, maxLength: 4 }), (drawn) => {
      const sets = drawn.map((set) => set.map(({ x, label }) => at(x, label)));
      const places = compareMany(sets, 0.5);
      for (const [side, set] of sets.entries()) {
        const positions = places.flatMap(({ members }) => members[side] ?? []);
        expect(positions.toSorted((a, b) => a - b)).toEqual([...set.keys()]);
      }
      const [here = [], there = []] = sets;
      if (sets.length !== 2) return;
      const two = compare(here, there, 0.5);
      const pairs = (renamed: boolean) =>
        places.filter((place) => place.renamed === renamed && !place.members.includes(null)).length;
      expect([pairs(false), pairs(true)]).toEqual([two.matched.length, two.renamed.length]);
    }),
  );
});
