import { expect, test } from "vitest";
import type { Rgb } from "../raster/raster.ts";
import { findLike } from "./find.ts";
import { learnExemplars } from "./learn.ts";
import type { Scene } from "./looks.ts";
import { overlapOf } from "./overlap.ts";
import { fitSums, solveRidge } from "./ridge.ts";
import { type ExampleBox, exemplarSettingsSchema } from "./settings.ts";

const SIDE = 300;

/** Whole numbers that look random and are the same in every run. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >>> 8) % below;
  };
}

/** A meadow with round crowns on a grid, each with its shadow to the right, and square grey roofs between them. */
function orchard(): { picture: Rgb; crowns: ExampleBox[]; roofs: ExampleBox[] } {
  const data = new Uint8Array(SIDE * SIDE * 3);
  const roll = dice(5);
  const paint = (x: number, y: number, colour: readonly number[], grain: number): void => {
    if (x < 0 || y < 0 || x >= SIDE || y >= SIDE) return;
    const light = roll(grain) - grain / 2;
    for (const [channel, value] of colour.entries()) {
      data[(y * SIDE + x) * 3 + channel] = Math.max(0, Math.min(255, value + light));
    }
  };
  for (let y = 0; y < SIDE; y++) for (let x = 0; x < SIDE; x++) paint(x, y, [150, 160, 90], 30);
  const [crowns, roofs]: [ExampleBox[], ExampleBox[]] = [[], []];
  for (let row = 0; row < 6; row++) {
    for (let column = 0; column < 6; column++) {
      const [x, y] = [25 + column * 48 + roll(8), 25 + row * 48 + roll(8)];
      const radius = 11 + roll(4);
      if ((row + column) % 4 === 3) {
        for (let dy = -radius; dy < radius; dy++)
          for (let dx = -radius; dx < radius; dx++) paint(x + dx, y + dy, [150, 150, 155], 10);
        roofs.push([x - radius, y - radius, 2 * radius, 2 * radius]);
        continue;
      }
      const disc = (left: number, colour: readonly number[], grain: number): void => {
        for (let dy = -radius; dy < radius; dy++) {
          for (let dx = -radius; dx < radius; dx++)
            if (Math.hypot(dx, dy) < radius) paint(left + dx, y + dy, colour, grain);
        }
      };
      disc(x + 8, [40, 45, 60], 10);
      disc(x, [70, 110, 40], 60);
      crowns.push([x - radius, y - radius, 2 * radius, 2 * radius]);
    }
  }
  return { picture: { width: SIDE, height: SIDE, data }, crowns, roofs };
}

/** The whole picture as the view of each example: it comes first, the others follow. */
function sceneOf(picture: Rgb, box: ExampleBox, all: readonly ExampleBox[]): Scene {
  return { picture, positives: [box, ...all.filter((other) => other !== box)], negatives: [] };
}

test("what looks like five crowns is found, at its place and size, and roofs are not", () => {
  const { picture, crowns, roofs } = orchard();
  const [marked, rest] = [crowns.slice(0, 5), crowns.slice(5)];
  const lesson = {
    ...{ label: "tree", scale: 1 },
    examples: marked.map((box) => sceneOf(picture, box, marked)),
    samples: [{ picture, positives: marked, negatives: [] }],
  };
  const settings = exemplarSettingsSchema.parse(JSON.parse(JSON.stringify(learnExemplars(lesson))));

  const found = findLike(picture, settings, 0.5);
  const isFound = (box: ExampleBox): boolean => found.some((each) => overlapOf(each.box, box).iou > 0.5);
  expect(rest.filter(isFound).length).toBeGreaterThan(0.8 * rest.length);
  const isCrown = (box: ExampleBox): boolean => crowns.some((crown) => overlapOf(crown, box).iou > 0.4);
  expect(found.filter(({ box }) => !isCrown(box)).length).toBeLessThan(0.25 * found.length);
  expect(roofs.filter(isFound)).toEqual([]);
  expect(found.map(({ score }) => score)).toEqual(found.map(({ score }) => score).toSorted((a, b) => b - a));
});

test("what is marked as wrong is worth less afterwards", () => {
  const { picture, crowns, roofs } = orchard();
  const marked = [...crowns.slice(0, 4), ...roofs.slice(0, 1)];
  const examples = marked.map((box) => sceneOf(picture, box, marked));
  const samples = [{ picture, positives: marked, negatives: [] }];
  const best = (lesson: { examples: Scene[] }): number => {
    const found = findLike(picture, learnExemplars({ label: "x", scale: 1, samples, ...lesson }), 0.05);
    const scores = found.filter(({ box }) => roofs.slice(1).some((roof) => overlapOf(roof, box).iou > 0.4));
    return Math.max(0, ...scores.map(({ score }) => score));
  };
  const wrong = roofs.slice(1, 3).map((box): Scene => ({ picture, positives: [], negatives: [box] }));
  expect(best({ examples: [...examples, ...wrong] })).toBeLessThan(best({ examples }));
});

test("ridge regression gives back what the rows were made of", () => {
  const roll = dice(9);
  const rows = Array.from({ length: 50 }, () => {
    const features = Float32Array.from([roll(100) / 50, roll(100) / 50, roll(100) / 50]);
    const [a = 0, b = 0, c = 0] = features;
    return { features, targets: [2 * a - b + 3, c], weight: 1 + roll(3) };
  });
  const [first = [], second = []] = solveRidge(fitSums(3, 2, rows), 1e-6).map((each) => [...each]);
  for (const [at, value] of [2, -1, 0, 3].entries()) expect(first[at]).toBeCloseTo(value, 3);
  for (const [at, value] of [0, 0, 1, 0].entries()) expect(second[at]).toBeCloseTo(value, 3);
  const [drawn = []] = solveRidge(fitSums(3, 2, rows), 1e6).map((each) => [...each]);
  expect(Math.abs(drawn[0] ?? 1)).toBeLessThan(0.01);
});
