import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Member } from "../detection/finding.ts";
import { carryOver } from "./carry-over.ts";

const m = (...positions: number[]): Member[] => positions.map((position) => [0, position]);

describe("carrying findings over a merge", () => {
  it("keeps the id of the finding that holds the same raw detections, and drops what fell into it", () => {
    const findings = [
      { id: "a", members: m(1), touched: false },
      { id: "b", members: m(2, 3), touched: false },
    ];
    const plan = carryOver(findings, [{ members: m(1, 2, 3) }, { members: m(4) }]);
    expect(plan).toEqual({
      groups: [
        { id: "b", conflict: false },
        { id: null, conflict: false },
      ],
      absorbed: [],
      vanished: ["a"],
      kept: [],
    });
  });

  it("prefers the one a person touched, however little it shares", () => {
    const findings = [
      { id: "a", members: m(1, 2, 3), touched: false },
      { id: "b", members: m(4), touched: true },
    ];
    const plan = carryOver(findings, [{ members: m(1, 2, 3, 4) }]);
    expect(plan.groups).toEqual([{ id: "b", conflict: false }]);
    expect(plan.vanished).toEqual(["a"]);
  });

  it("sends a group of two touched findings back to the queue and names what it absorbed", () => {
    const findings = [
      { id: "a", members: m(1), touched: true },
      { id: "b", members: m(2), touched: true },
    ];
    const plan = carryOver(findings, [{ members: m(1, 2) }]);
    expect(plan.groups).toEqual([{ id: "a", conflict: true }]);
    expect(plan.absorbed).toEqual([{ id: "b", into: "a" }]);
  });

  it("leaves a split finding with the larger part, a new one with the rest", () => {
    const plan = carryOver(
      [{ id: "a", members: m(1, 2, 3), touched: true }],
      [{ members: m(1) }, { members: m(2, 3) }],
    );
    expect(plan.groups.map((group) => group.id)).toEqual([null, "a"]);
  });

  it("keeps a touched finding that no group holds, drops an untouched one", () => {
    const findings = [
      { id: "a", members: m(1), touched: true },
      { id: "b", members: m(2), touched: false },
      { id: "c", members: [], touched: true },
    ];
    expect(carryOver(findings, [{ members: m(9) }])).toMatchObject({ kept: ["a", "c"], vanished: ["b"] });
  });

  it("loses nothing a person did, uses no id twice and knows every finding's fate", () => {
    const owner = fc.array(fc.record({ before: fc.nat(8), after: fc.option(fc.nat(8)) }), { maxLength: 30 });
    const touched = fc.array(fc.boolean(), { minLength: 9, maxLength: 9 });
    fc.assert(
      fc.property(owner, touched, (detections, decided) => {
        const findings = decided.map((each, number) => ({
          id: `f${number}`,
          touched: each,
          members: m(...detections.flatMap(({ before }, position) => (before === number ? [position] : []))),
        }));
        const groups = decided.map((_, number) => ({
          members: m(...detections.flatMap(({ after }, position) => (after === number ? [position] : []))),
        }));
        const plan = carryOver(findings, groups);
        const used = plan.groups.flatMap(({ id }) => id ?? []);
        const fates = [...used, ...plan.absorbed.map(({ id }) => id), ...plan.vanished, ...plan.kept];
        expect(fates.toSorted()).toEqual(findings.map(({ id }) => id).toSorted());
        const safe = new Set([...used, ...plan.absorbed.map(({ id }) => id), ...plan.kept]);
        for (const finding of findings) if (finding.touched) expect(safe.has(finding.id)).toBe(true);
        for (const { into } of plan.absorbed) expect(plan.groups).toContainEqual({ id: into, conflict: true });
      }),
    );
  });

  it("gives back the same plan when applied to its own result", () => {
    const groups = [{ members: m(1, 2) }, { members: m(3) }];
    const before = [
      { id: "a", members: m(1, 2), touched: false },
      { id: "b", members: m(3), touched: true },
    ];
    const plan = carryOver(before, groups);
    expect(plan.groups.map(({ id }) => id)).toEqual(["a", "b"]);
    expect(plan.vanished).toEqual([]);
  });
});
