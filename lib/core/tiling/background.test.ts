import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BACKGROUND_REASONS, backgroundOf, contentMask, isBackground, type PageOverview } from "./background.ts";

const PAGE = { width: 1600, height: 800 };
const SCALE = 8;

/** An overview of one colour, an eighth of the page. */
function overviewOf(colour: readonly [number, number, number]): PageOverview {
  const [width, height] = [PAGE.width / SCALE, PAGE.height / SCALE];
  return { width, height, data: Uint8Array.from({ length: width * height * 3 }, (_, at) => colour[at % 3] ?? 0) };
}

const TILE = { x: 400, y: 100, width: 512, height: 512 };

describe("what a tile holds, as the overview shows it", () => {
  it("is nothing where glass or paper is even, and where there is no data", () => {
    expect(backgroundOf(overviewOf([243, 241, 245]), PAGE, TILE)).toBe("light");
    expect(backgroundOf(overviewOf([255, 255, 255]), PAGE, TILE)).toBe("light");
    expect(backgroundOf(overviewOf([0, 0, 0]), PAGE, TILE)).toBe("noData");
    expect(isBackground(BACKGROUND_REASONS.light)).toBe(true);
    expect(isBackground("the run's budget of 3 calls is used up")).toBe(false);
    expect(isBackground(null)).toBe(false);
  });

  it("may be something where it is even and has a colour, as water and fields do", () => {
    for (const colour of [
      [40, 70, 120],
      [120, 120, 120],
      [250, 220, 235],
    ] as const) {
      expect(backgroundOf(overviewOf(colour), PAGE, TILE), String(colour)).toBeNull();
    }
  });

  it("is something wherever one pixel of the overview under it differs, and only there", () => {
    fc.assert(
      fc.property(fc.nat(PAGE.width / SCALE - 1), fc.nat(PAGE.height / SCALE - 1), (x, y) => {
        const overview = overviewOf([243, 243, 243]);
        overview.data.fill(200, (y * overview.width + x) * 3, (y * overview.width + x) * 3 + 3);
        const [left, top] = [x * SCALE, y * SCALE];
        const under =
          left + SCALE > TILE.x && left < TILE.x + TILE.width && top + SCALE > TILE.y && top < TILE.y + TILE.height;
        expect(backgroundOf(overview, PAGE, TILE) === null).toBe(under);
      }),
    );
  });
});

it("a mask shows where a page holds something", () => {
  const overview = overviewOf([243, 243, 243]);
  overview.data.fill(90, (9 * overview.width + 17) * 3, (9 * overview.width + 19) * 3);
  const { data, width, height } = contentMask(overview);
  expect([width, height]).toEqual([50, 25]);
  expect([...data.keys()].filter((cell) => data[cell] === 1)).toEqual([2 * 50 + 4]);
});
