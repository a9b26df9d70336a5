import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chooseEscalated, type FirstLook } from "./choose-escalated.ts";
import { escalationSettingsSchema } from "./escalation-settings.ts";
import { mostEscalated } from "./most-escalated.ts";
import { tileDisagreements } from "./tile-disagreement.ts";

const SETTINGS = escalationSettingsSchema.parse({ dense: 4, uncertainCount: 3 });

function look(index: number, scores: number[], more: Partial<FirstLook> = {}): FirstLook {
  return { index, unreadable: false, scores, disagreement: null, ...more };
}

const chosen = (looks: FirstLook[], most = 100) => chooseEscalated(looks, SETTINGS, most).chosen;

describe("the rule of escalation", () => {
  test.each<[string, FirstLook, string | null]>([
    ["sure of all", look(0, [0.9, 0.8]), null],
    ["nothing there", look(0, []), null],
    ["half of them unsure", look(0, [0.9, 0.6]), "confidence"],
    ["a third of them unsure", look(0, [0.9, 0.9, 0.5]), null],
    ["three unsure among many", look(0, [0.3, 0.3, 0.3, ...Array.from({ length: 20 }, () => 0.9)]), "density"],
    ["as many as it is trusted with", look(0, [0.9, 0.9, 0.9, 0.9]), null],
    ["more than it is trusted with", look(0, [0.9, 0.9, 0.9, 0.9, 0.9]), "density"],
    ["at odds with its neighbours", look(0, [0.9], { disagreement: 0.34 }), "disagreement"],
    ["nearly at one with them", look(0, [0.9], { disagreement: 0.33 }), null],
    ["no usable reply", look(0, [], { unreadable: true }), "unreadable"],
  ])("%s", (_name, one, reason) => {
    expect(chosen([one])).toEqual(reason === null ? [] : [{ index: 0, reason }]);
  });

  test("takes the worst first, ties by index, and tells how many qualified", () => {
    const looks = [
      look(0, [0.5, 0.9]),
      look(1, [0.5, 0.5], { disagreement: 1 }),
      look(2, [], { unreadable: true }),
      look(3, [0.5, 0.9]),
      look(4, [0.9]),
    ];
    const { chosen, qualified } = chooseEscalated(looks, SETTINGS, 3);
    expect(chosen.map(({ index }) => index)).toEqual([2, 1, 0]);
    expect(qualified).toEqual({ unreadable: 1, confidence: 3, density: 0, disagreement: 0 });
  });

  test("does not depend on the order of the looks, and never takes more than allowed", () => {
    const anyLook = fc.record({
      scores: fc.array(fc.constantFrom(0.1, 0.5, 0.6, 0.7, 0.95), { maxLength: 8 }),
      unreadable: fc.boolean(),
      disagreement: fc.option(fc.constantFrom(0, 0.3, 0.5, 1)),
    });
    fc.assert(
      fc.property(fc.array(anyLook, { maxLength: 30 }), fc.nat(30), fc.infiniteStream(fc.nat()), (some, most, keys) => {
        const looks = some.map((one, index) => ({ ...one, index }));
        const mixed = looks
          .map((one) => ({ one, key: keys.next().value ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ one }) => one);
        const result = chooseEscalated(mixed, SETTINGS, most);
        expect(result).toEqual(chooseEscalated(looks, SETTINGS, most));
        expect(result.chosen.length).toBeLessThanOrEqual(most);
      }),
    );
  });
});

describe("how many may go", () => {
  const first = { looked: 100, sent: 0, calls: 100, tokens: 12_000, cost: 1, expected: { tokens: 120, cost: 0.1 } };

  test.each<[string, Parameters<typeof mostEscalated>[1], number]>([
    ["a fifth of the tiles where nothing else limits it", null, 20],
    ["a fifth of the budget of calls", { calls: 60 }, 0],
    ["a fifth of a larger one", { calls: 300 }, 20],
    ["what is left of the calls", { calls: 105 }, 5],
    ["a fifth of the tokens", { tokens: 15_000 }, 20],
    ["what is left of the tokens", { tokens: 12_600 }, 5],
    ["a fifth of the money", { cost: 5 }, 10],
    ["the least of all", { calls: 300, tokens: 12_600, cost: 5 }, 5],
  ])("%s", (_name, budget, most) => {
    expect(mostEscalated(0.2, budget, first)).toBe(most);
  });

  test("counts what went there before", () => {
    expect(mostEscalated(0.2, null, { ...first, sent: 15 })).toBe(5);
    expect(mostEscalated(0.2, null, { ...first, sent: 25 })).toBe(0);
  });
});

test("a tile disagrees by the objects that a neighbour shows whole, too, and not both saw", () => {
  const tiles = [0, 1, 2].map((index) => ({ index, x: index * 60, y: 0, width: 100, height: 100 }));
  const objects = [
    { box: [65, 10, 20, 20], tiles: [0, 1] },
    { box: [70, 50, 20, 20], tiles: [0] },
    { box: [10, 10, 20, 20], tiles: [0] },
    // Cut by the edge of the second tile: only the third shows it whole.
    { box: [150, 10, 20, 20], tiles: [1, 2] },
  ] as const;
  expect(tileDisagreements(objects, tiles)).toEqual(
    new Map([
      [0, 0.5],
      [1, 0.5],
    ]),
  );
  expect(tileDisagreements(objects, [])).toEqual(new Map());
});
