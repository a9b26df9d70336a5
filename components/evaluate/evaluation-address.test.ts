import { expect, it } from "vitest";
import { readEvaluationAddress, writeEvaluationAddress } from "./evaluation-address.ts";

it.each([
  { truth: null, iou: 0.5, label: null },
  { truth: "person:ana@example.org", iou: 0.75, label: "red & white" },
])("an address says what the page shows", (view) => {
  expect(readEvaluationAddress(new URLSearchParams(writeEvaluationAddress(view)))).toEqual(view);
});

it("an address that makes no sense shows the usual", () => {
  expect(readEvaluationAddress(new URLSearchParams("iou=7"))).toEqual({ truth: null, iou: 0.5, label: null });
});
