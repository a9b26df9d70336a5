import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeFindingTile, encodeFindingTile } from "#lib/core/api/finding-tile.ts";
import { createFindingTable, type FindingRow } from "./finding-table.ts";

const row = (id: string, change: Partial<FindingRow> = {}): FindingRow => ({
  id,
  box: [1, 2, 3, 4],
  label: "car",
  score: 0.5,
  review: "unreviewed",
  version: 1,
  provisional: false,
  ...change,
});

const step = fc.oneof(
  fc.record({
    kind: fc.constant("put" as const),
    id: fc.integer({ min: 0, max: 400 }),
    version: fc.integer({ min: 1, max: 5 }),
    score: fc.option(fc.constantFrom(0.25, 0.5, 1)),
    label: fc.constantFrom("car", "truck", "person"),
  }),
  fc.record({ kind: fc.constant("remove" as const), id: fc.integer({ min: 0, max: 400 }) }),
);

describe("the table of findings", () => {
  it("holds what a plain map would hold after any events, beyond its first capacity too", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 900 }), (steps) => {
        const table = createFindingTable();
        const model = new Map<string, FindingRow>();
        for (const each of steps) {
          const id = `id-${each.id}`;
          if (each.kind === "remove") {
            table.remove([id]);
            model.delete(id);
            continue;
          }
          const next = row(id, { version: each.version, score: each.score, label: each.label });
          table.put([next], "event");
          if (each.version >= (model.get(id)?.version ?? 0)) model.set(id, next);
        }
        expect(table.size).toBe(model.size);
        for (const [id, expected] of model) expect(table.find(id)).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });

  it("does not let a snapshot bring back what an event has removed meanwhile", () => {
    const table = createFindingTable();
    table.put([row("a"), row("b")], "snapshot");
    table.remove(["a"]);
    table.put([row("a"), row("b")], "snapshot");
    expect(table.find("a")).toBeNull();
    table.put([row("a", { version: 2 })], "event");
    expect(table.find("a")?.version).toBe(2);
  });

  it("keeps the newer of two versions, whichever comes last", () => {
    const table = createFindingTable();
    table.put([row("a", { version: 3, review: "accepted" })], "event");
    table.put([row("a", { version: 2 })], "snapshot");
    expect(table.find("a")?.review).toBe("accepted");
  });
});

it("keeps a shape while nothing else is said, and drops it where the box is drawn anew", () => {
  const table = createFindingTable();
  const geometry = {
    type: "Polygon" as const,
    coordinates: [
      [
        [1, 2],
        [4, 2],
        [1, 6],
        [1, 2],
      ] satisfies [number, number][],
    ],
  };
  table.put(
    [
      { ...row("a"), geometry },
      { ...row("b"), geometry },
      { ...row("c"), geometry: null },
    ],
    "snapshot",
  );
  expect(table.shapeCount).toBe(2);
  table.overwrite(row("a", { review: "accepted", version: 2 }));
  table.overwrite(row("b", { box: [1, 2, 9, 9], version: 2 }));
  expect(table.shapeOf("a")).toEqual(geometry);
  expect(table.shapeOf("b")).toBeNull();
  table.remove(["a"]);
  expect(table.shapeCount).toBe(0);
});

it("how long the sides of outlined rows may be is known without asking each", () => {
  const table = createFindingTable();
  const ring: [number, number][] = [
    [0, 0],
    [40, 0],
    [40, 12],
    [0, 0],
  ];
  table.put(
    [
      row("a", { box: [0, 0, 90, 90] }),
      { ...row("b", { box: [0, 0, 40, 12] }), geometry: { type: "Polygon", coordinates: [ring] } },
    ],
    "snapshot",
  );
  expect(table.largestShaped).toBe(40);
  table.clear();
  expect(table.largestShaped).toBe(0);
});

describe("a tile", () => {
  const id = (at: number): string => `0190c0de-0000-7000-8000-${at.toString(16).padStart(12, "0")}`;
  const tile = (count: number, change: { version?: number; score?: number } = {}) =>
    decodeFindingTile(
      encodeFindingTile(
        Array.from({ length: count }, (_, at) => ({
          ...{ id: id(at), x: (at * 37) % 1000, y: (at * 91) % 1000, width: 5, height: 6 },
          ...{ score: 0.25, label: at % 2 === 0 ? "car" : "bus", review: "accepted" as const, version: 2, flags: 5 },
          ...change,
        })),
        count,
      ).buffer,
    );

  it("fills the table, is met again by id, and does not overwrite what is newer, gone or on its way", () => {
    const table = createFindingTable();
    const first = table.beginReading();
    table.putTile(tile(3000), null);
    expect([table.size, table.extent]).toEqual([3000, 3000]);
    expect(table.find(id(7))).toEqual({
      ...{
        id: id(7),
        box: [259, 637, 5, 6],
        label: "bus",
        score: 0.25,
        review: "accepted",
        version: 2,
        provisional: true,
      },
    });
    table.put([{ ...row(id(7)), version: 9 }], "event");
    table.remove([id(8)]);
    table.putTile(tile(2000, { version: 3, score: 0.75 }), (asked) => asked === id(9));
    expect([7, 8, 9, 10].map((at) => table.find(id(at))?.score)).toEqual([0.5, undefined, 0.25, 0.75]);
    expect(table.extent).toBe(3000);
    const second = table.beginReading();
    expect(second).toBeGreaterThan(first);
    table.putTile(tile(500, { version: 4 }), null);
    table.retireBefore(second, (asked) => asked === id(2999));
    expect(table.size).toBe(500);
    expect(table.find(id(2999))?.version).toBe(2);
    table.putTile(tile(600, { version: 4 }), null);
    expect(table.find(id(550))?.version).toBe(4);
    expect(table.find(id(8))).toBeNull();
  });
});
