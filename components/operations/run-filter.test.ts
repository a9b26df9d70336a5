import fc from "fast-check";
import { expect, it } from "vitest";
import { RUN_SORTS, RUN_STATES } from "#lib/core/detection/run.ts";
import { readFilter, writeFilter } from "./run-filter.ts";

it("comes back from the address as it was put there", () => {
  const filter = fc.record({
    state: fc.constantFrom(null, ...RUN_STATES),
    q: fc.string(),
    collection: fc.option(fc.uuid()),
    sort: fc.constantFrom(...RUN_SORTS),
  });
  fc.assert(
    fc.property(filter, (value) => {
      expect(readFilter(writeFilter(value))).toEqual(value);
    }),
  );
});

it("leaves out what it does not know", () => {
  expect(readFilter("?state=flying&sort=random&q=a")).toEqual({
    state: null,
    q: "a",
    collection: null,
    sort: "newest",
  });
  expect(writeFilter(readFilter(""))).toBe("");
});
