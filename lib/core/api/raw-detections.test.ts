import { expect, it } from "vitest";
import { decodeRawDetections, encodeRawDetections } from "./raw-detections.ts";

it("carries raw detections as they are, to the last bit", () => {
  const detections = [
    { box: [0.1, 2, 3, 4], score: 0.9, label: "car", tile: 0 },
    { box: [1e6 + 1 / 3, 0, 5, 6], score: 0.1, label: "büs", tile: 70_000 },
    { box: [7, 8, 9, 10], score: 0.5, label: "car", tile: 70_001 },
  ] as const;
  const { buffer } = encodeRawDetections(detections);
  const { count, labels, boxes, scores, tiles, labelIndexes } = decodeRawDetections(buffer);
  const back = Array.from({ length: count }, (_, at) => ({
    box: [...boxes.subarray(4 * at, 4 * at + 4)],
    score: scores[at],
    label: labels[labelIndexes[at] ?? -1],
    tile: tiles[at],
  }));
  expect(back).toEqual(detections);
});

it("refuses what is cut short or something else", () => {
  const { buffer } = encodeRawDetections([{ box: [0, 0, 1, 1], score: 1, label: "car", tile: 0 }]);
  expect(() => decodeRawDetections(buffer.slice(0, -1))).toThrow(RangeError);
  expect(() => decodeRawDetections(new ArrayBuffer(64))).toThrow(RangeError);
  expect(() => decodeRawDetections(new ArrayBuffer(3))).toThrow("too short");
});
