import { expect, it } from "vitest";
import { detailOf } from "./detail.ts";

/** An overview of 64 × 32 pixels whose left part, so many pixels wide, is a chessboard. */
function chessboard(until: number, contrast: number) {
  const [width, height] = [64, 32];
  const data = new Uint8Array(width * height * 3);
  for (let at = 0; at < width * height; at++) {
    const [x, y] = [at % width, Math.floor(at / width)];
    data.fill(100 + (x < until ? ((x + y) % 2) * contrast : 0), at * 3, at * 3 + 3);
  }
  return { data, width, height };
}

it("is the part of a page that holds something", () => {
  expect(detailOf(chessboard(64, 50))).toBe(1);
  expect(detailOf(chessboard(32, 50))).toBe(0.5);
  expect(detailOf(chessboard(0, 50))).toBe(0);
});

it("takes noise for nothing", () => {
  expect(detailOf(chessboard(64, 3))).toBe(0);
});
