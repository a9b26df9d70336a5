import { expect, it } from "vitest";
import { tallyOf } from "./follow-collection.ts";

const tiles = (part: Partial<Record<"pending" | "running" | "done" | "failed" | "skipped", number>>) => ({
  ...{ pending: 0, running: 0, done: 0, failed: 0, skipped: 0 },
  ...part,
});

it("counts pictures by what became of them, each as much as the others", () => {
  expect(tallyOf([])).toEqual({ done: 0, atWork: 0, troubled: 0, findings: 0, fraction: 0 });
  const tally = tallyOf([
    { state: "completed", tiles: tiles({ done: 4, skipped: 4 }), findings: 3 },
    { state: "running", tiles: tiles({ done: 500, pending: 500 }), findings: 20 },
    { state: "queued", tiles: tiles({}), findings: 0 },
    { state: "partial", tiles: tiles({ done: 1, failed: 3 }), findings: 1 },
  ]);
  expect(tally).toEqual({ done: 1, atWork: 2, troubled: 1, findings: 24, fraction: 0.625 });
});
