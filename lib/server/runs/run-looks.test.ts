import { describe, expect, it } from "vitest";
import { looksOfRun, nameOfLook } from "./run-looks.ts";

const A4 = { width: 2480, height: 3508 };
const pages = (count: number) => Array.from({ length: count }, (_, page) => page);
const partsOf = (run: Parameters<typeof looksOfRun>[0], sizes: Parameters<typeof looksOfRun>[1]) =>
  looksOfRun(run, sizes, false).filter(({ isWhole }) => !isWhole);

describe("what moderation looks at of a run", () => {
  it("is every page as a whole; of large ones quarters besides, which leave nothing out", () => {
    const sizes = [{ width: 2047, height: 900 }, A4, { width: 3001, height: 800 }];
    const run = { pages: [0, 1, 2], region: null };
    const looks = looksOfRun(run, sizes, false);
    expect(looks.filter(({ isWhole }) => isWhole).map(({ page, box }) => [page, ...box])).toEqual([
      [0, 0, 0, 2047, 900],
      [1, 0, 0, 2480, 3508],
      [2, 0, 0, 3001, 800],
    ]);
    const parts = partsOf(run, sizes).map(({ page, box }) => `${page}: ${box}`);
    expect(parts.sort()).toEqual([
      ...["1: 0,0,1240,1754", "1: 0,1754,1240,1754", "1: 1240,0,1240,1754", "1: 1240,1754,1240,1754"],
      ...["2: 0,0,1500,800", "2: 1500,0,1501,800"],
    ]);
    expect(looksOfRun(run, sizes, true)).toHaveLength(3);
    expect(looksOfRun(run, sizes, false)).toEqual(looks);
  });

  it("is at most 32 quarters of however many pages, from all of them alike", () => {
    const ofTen = partsOf({ pages: pages(10), region: null }, new Array(10).fill(A4));
    expect(ofTen).toHaveLength(32);
    const perPage = Map.groupBy(ofTen, ({ page }) => page);
    expect([...perPage.values()].map(({ length }) => length).sort()).toEqual([3, 3, 3, 3, 3, 3, 3, 3, 4, 4]);
    expect(new Set(ofTen.map(({ page, box }) => `${page} ${box}`)).size).toBe(32);

    const ofMany = partsOf({ pages: pages(100), region: null }, new Array(100).fill(A4));
    const from = ofMany.map(({ page }) => page);
    expect(new Set(from).size).toBe(32);
    expect(Math.max(...from.slice(1).map((page, at) => page - (from[at] ?? 0)))).toBeLessThanOrEqual(4);
    expect(new Set(ofMany.map(({ box }) => String(box))).size).toBe(4);
  });

  it("is what the run covers alone: its pages, and the quarters that its region touches", () => {
    const ring: [number, number][] = [
      [100, 100],
      [900, 100],
      [900, 3000],
      [100, 100],
    ];
    const region = { type: "Polygon" as const, coordinates: [ring] };
    const looks = looksOfRun({ pages: [1], region }, [A4, A4], false);
    expect(looks.map(({ page, box }) => [page, ...box])).toEqual([
      [1, 0, 0, 2480, 3508],
      [1, 0, 0, 1240, 1754],
      [1, 0, 1754, 1240, 1754],
    ]);
    expect(() => looksOfRun({ pages: [3], region: null }, [A4], false)).toThrow(/no page 3/);
  });

  it("has a name where there is something to tell it from", () => {
    const whole = { page: 1, box: [0, 0, 9, 9] as const, isWhole: true };
    expect(nameOfLook(whole, 1)).toBeNull();
    expect(nameOfLook(whole, 4)).toBe("page 2");
    const part = { page: 1, box: [1024, 0, 1500, 900] as const, isWhole: false };
    expect(nameOfLook(part, 1)).toBe("the part of 1,500 × 900 pixels at 1,024, 0");
    expect(nameOfLook(part, 4)).toBe("page 2, the part of 1,500 × 900 pixels at 1,024, 0");
  });
});
