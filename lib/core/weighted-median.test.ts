import { expect, test } from "vitest";
import { weightedMedian } from "./weighted-median.ts";

test("half of the weight lies below it", () => {
  const even = [3, 1, 2].map((value) => ({ value, weight: 1 }));
  expect(weightedMedian(even)).toBe(2);
  expect(weightedMedian([...even, { value: 9, weight: 10 }])).toBe(9);
  expect(weightedMedian([])).toBe(0);
});
