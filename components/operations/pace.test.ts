import { expect, it } from "vitest";
import { createPace } from "./pace.ts";

it("tells how many came a second lately, and begins anew where a count falls", () => {
  const pace = createPace();
  expect(pace.perSecond()).toBeNull();
  pace.note(10, 0);
  expect(pace.perSecond()).toBeNull();
  pace.note(30, 2000);
  expect(pace.perSecond()).toBe(10);
  pace.note(30, 17_000);
  expect(pace.perSecond()).toBe(0);
  pace.note(5, 18_000);
  expect(pace.perSecond()).toBeNull();
});
