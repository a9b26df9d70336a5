import { expect, it } from "vitest";
import { CAP_STOPS, stopOf } from "./cap-scale.ts";

it("goes up in whole, rising stops from one to the most there can be", () => {
  expect(CAP_STOPS[0]).toBe(1);
  expect(CAP_STOPS.at(-1)).toBe(1024);
  for (const [index, stop] of CAP_STOPS.entries()) {
    expect(Number.isInteger(stop)).toBe(true);
    expect(stop).toBeGreaterThan(CAP_STOPS[index - 1] ?? 0);
  }
  expect(CAP_STOPS).toEqual(expect.arrayContaining([2, 4, 8, 16, 32, 64, 128, 256, 512]));
});

it("finds the stop of a cap, also of one between stops", () => {
  for (const [index, stop] of CAP_STOPS.entries()) expect(stopOf(stop)).toBe(index);
  expect(CAP_STOPS[stopOf(250)]).toBe(256);
  expect(CAP_STOPS[stopOf(5000)]).toBe(1024);
});
