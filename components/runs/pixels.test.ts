import { afterEach, expect, it, vi } from "vitest";
import { createPixels } from "./pixels.ts";

class PlainImageData {
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
  constructor(width: number, height: number) {
    this.data = new Uint8ClampedArray(width * height * 4);
    this.width = width;
    this.height = height;
  }
}

afterEach(() => {
  vi.unstubAllGlobals();
});

it("fills whole pixels with a colour, within the picture, and makes them transparent again", () => {
  vi.stubGlobal("ImageData", PlainImageData);
  const pixels = createPixels(4, 3);
  const at = (x: number, y: number): number[] => [...pixels.image.data.slice((y * 4 + x) * 4, (y * 4 + x) * 4 + 4)];
  pixels.fill(-2, 1, 4, 9, { rgb: [200, 100, 50], opacity: 1 });
  expect(at(0, 1)).toEqual([200, 100, 50, 255]);
  expect(at(1, 2)).toEqual([200, 100, 50, 255]);
  expect(at(0, 0)).toEqual([0, 0, 0, 0]);
  expect(at(2, 1)).toEqual([0, 0, 0, 0]);
  pixels.fill(3, 0, 5, 1, { rgb: [1, 2, 3], opacity: 0.5 });
  expect(at(3, 0)).toEqual([1, 2, 3, 128]);
  expect(at(0, 1)).toEqual([200, 100, 50, 255]);
  pixels.fill(9, 9, 1, 1, { rgb: [1, 2, 3], opacity: 1 });
  pixels.fill(0, 1, 1, 1, null);
  expect(at(0, 1)).toEqual([0, 0, 0, 0]);
  expect(at(1, 1)).toEqual([200, 100, 50, 255]);
  pixels.clear();
  expect(pixels.image.data.every((byte) => byte === 0)).toBe(true);
});
