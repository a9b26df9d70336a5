import { expect, test } from "vitest";
import type { TilePicture } from "../types.ts";
import { COCO_LABELS } from "./coco-labels.ts";
import { decodeDetections, type SeenRows } from "./decode-detections.ts";
import { looksAt } from "./looks.ts";

/** Red is the column, green the row. */
function gradient(width: number, height: number): TilePicture {
  const data = new Uint8Array(width * height * 3);
  for (let at = 0; at < width * height; at++) data.set([at % width, Math.floor(at / width), 0], at * 3);
  return { data, width, height };
}

test("a picture at one scale is seen as it is", () => {
  const picture = gradient(30, 20);
  expect(looksAt(picture, false)).toEqual([{ picture, left: 0, top: 0, cut: [] }]);
});

test.each([
  [30, 20],
  [101, 77],
  [1, 1],
  [2, 50],
])("the quarters of %i × %i cover it, overlap, hold its pixels, and know where it goes on", (width, height) => {
  const picture = gradient(width, height);
  const [whole, ...parts] = looksAt(picture, true);
  expect(whole?.picture).toBe(picture);
  expect(parts).toHaveLength(4);
  const seen = new Set<string>();
  for (const { picture: part, left, top, cut } of parts) {
    expect([part.width, part.height]).toEqual([Math.ceil(width * 0.6), Math.ceil(height * 0.6)]);
    for (let at = 0; at < part.width * part.height; at++) {
      const [x, y] = [left + (at % part.width), top + Math.floor(at / part.width)];
      expect([part.data[at * 3], part.data[at * 3 + 1]]).toEqual([x, y]);
      seen.add(`${x} ${y}`);
    }
    expect(cut.includes("left")).toBe(left > 0);
    expect(cut.includes("bottom")).toBe(top + part.height < height);
  }
  expect(seen.size).toBe(width * height);
});

test("what looks have in common is one thing, and what a part cuts off is left to the others", () => {
  const looks = looksAt(gradient(200, 200), true);
  const query = new Map([["car", "car"]]);
  const car = COCO_LABELS.indexOf("car");
  // A square of 512 for each look; the thing at 30, 30 to 50, 50 is seen whole by the picture and by the first part.
  const rowsOf = (box: readonly [number, number, number, number], score: number): Float32Array =>
    Float32Array.from([...box, score, car]);
  const seen = looks.map((look, index): SeenRows => {
    const scale = 512 / look.picture.width;
    const at = (x: number, y: number, size: number, score: number) =>
      rowsOf([x * scale, y * scale, (x + size) * scale, (y + size) * scale], score);
    const rows = [
      at(30, 30, 20, 0.5),
      at(30, 30, 20, 0.9),
      at(0, 30, 20, 0.8),
      at(5, 5, 20, 0.7),
      at(100, 100, 20, 0.6),
    ];
    return { rows: rows[index] ?? new Float32Array(), placement: { scale, left: 0, top: 0 }, look };
  });
  const found = decodeDetections(seen, { query, minScore: 0.3 });
  expect(found.map(({ box, score }) => [...box.map(Math.round), Math.round(score * 10)])).toEqual([
    [30, 30, 20, 20, 9],
    // Of the third look 5, 5 lies at 5, 85 of the picture; of the last 100, 100 touches the right edge of the picture, where nothing goes on.
    [5, 85, 20, 20, 7],
    [180, 180, 20, 20, 6],
  ]);
});
