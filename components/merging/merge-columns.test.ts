import Flatbush from "flatbush";
import { expect, it } from "vitest";
import { decodeRawDetections, encodeRawDetections } from "#lib/core/api/raw-detections.ts";
import { indexOf, inputsOf, mergeColumns } from "./merge-columns.ts";

const car = (x: number, score: number) => ({ box: [x, 10, 40, 20], score, label: "car", tile: 0 }) as const;
const raw = decodeRawDetections(encodeRawDetections([car(70, 0.6), car(72, 0.9), car(140, 0.5)]).buffer);
const inputs = inputsOf(raw);
const joined = { method: "greedy-nmm", metric: "ios", threshold: 0.5 } as const;

it("merges as the server does, and says how many went into each", () => {
  const { result } = mergeColumns(inputs, raw.labelIndexes, joined, null);
  expect([...result.boxes]).toEqual([70, 10, 42, 20, 140, 10, 40, 20]);
  expect([...result.members]).toEqual([2, 1]);
  expect(Flatbush.from(result.index).search(65, 0, 100, 40)).toEqual([0]);
});

it("says how many findings would be others than those in force", () => {
  const { grouping } = mergeColumns(inputs, raw.labelIndexes, joined, null);
  const others = (threshold: number): number =>
    mergeColumns(inputs, raw.labelIndexes, { ...joined, threshold }, grouping).result.others;
  expect([others(0.4), others(0.99)]).toEqual([0, 2]);
});

it("has an index of nothing, too", () => {
  expect(indexOf(new Float64Array()).byteLength).toBe(0);
});
