import { expect, it } from "vitest";
import { shrunkPage } from "./shrunk-page.ts";
import type { PageReader } from "./types.ts";

const asked: unknown[] = [];
const page: PageReader = {
  width: 1001,
  height: 500,
  async read(region, output) {
    asked.push([region, output]);
    const { width, height } = output ?? region;
    return { width, height, data: new Uint8Array(width * height * 3) };
  },
};

it("is asked in larger pixels and asks in those of the page, never beyond its edge", async () => {
  const half = shrunkPage(page, 2);
  expect([half.width, half.height]).toEqual([501, 250]);
  const { width, height } = await half.read({ x: 0, y: 0, width: 501, height: 250 });
  expect([width, height]).toEqual([501, 250]);
  await half.read({ x: 401, y: 50, width: 100, height: 100 }, { width: 10, height: 10 });
  expect(asked).toEqual([
    [
      { x: 0, y: 0, width: 1001, height: 500 },
      { width: 501, height: 250 },
    ],
    [
      { x: 801, y: 100, width: 200, height: 200 },
      { width: 10, height: 10 },
    ],
  ]);
});

it("is the page itself where nothing is made smaller", () => {
  expect(shrunkPage(page, 1)).toBe(page);
});
