import { expect, it } from "vitest";
import { describeChange } from "./finding-history.tsx";

it("says what a change made of a finding, and is silent on what stayed", () => {
  expect(
    describeChange({ before: { label: "car", review: "accepted" }, after: { label: "bus", review: "accepted" } }),
  ).toBe(" → bus");
  expect(describeChange({ before: null, after: { box: [1, 2, 3, 4] } })).toBe("");
  expect(describeChange({ before: { review: "accepted" }, after: null })).toBe("");
});
