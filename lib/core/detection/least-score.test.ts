import { expect, test } from "vitest";
import { leastScore, leastScoreOf } from "./least-score.ts";

test("a class has its own least score where one is set, and the model is asked for the least of all", () => {
  const scores = { minScore: 0.5, thresholds: { car: 0.7, van: 0.2 } };
  expect(["car", "van", "bus"].map((label) => leastScoreOf(scores, label))).toEqual([0.7, 0.2, 0.5]);
  expect(leastScore(scores)).toBe(0.2);
  expect(leastScore({ minScore: 0.5 })).toBe(0.5);
});
