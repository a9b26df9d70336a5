import { type Appearance, type CellChoice, learnAppearance } from "./appearance.ts";
import { type CellGrid, cellGrid, channelSums } from "./channel-sums.ts";
import { halton, LOOKS, looksAt, movesOf, type Place, type Scene, sideOf } from "./looks.ts";
import { overlapOf } from "./overlap.ts";
import { addSums, type FitRow, type FitSums, fitSums, solveRidge, weightOf } from "./ridge.ts";
import { type Likely, searchLikely, sizeCost } from "./search.ts";
import type { ExampleBox, ExemplarSettings, Judgement } from "./settings.ts";
import {
  boxAround,
  CELLS_ACROSS,
  scoreOf,
  WINDOW_FEATURES,
  type WindowSheet,
  windowAt,
  windowOf,
  windowSheet,
} from "./windows.ts";

/** What is learnt from: a close view of each example, `positives[0]` or else `negatives[0]`, and samples of all there is. */
export type Lesson = { label: string; scale: number; examples: readonly Scene[]; samples: readonly Scene[] };

/** What is not marked may be anything; all of it together counts so much beside the examples. */
const UNMARKED_WEIGHT = 0.1;
const UNMARKED_WINDOWS = 4000;
const UNMARKED_CELLS = 12_000;
/** A window that touches an example by no more than this (IoU) is not of it. */
const APART = 0.05;
const PENALTY = 2;
/** Windows grow by at most this from one size to the next, and go a little beyond the sizes of the examples. */
const SIZE_STEP = 1.19;
const BEYOND = 1.1;
/** Sizes vary by at least so much (as a logarithm), however alike the examples. */
const LEAST_DEVIATION = 0.15;
/** What looks most like the examples, as half of them do when left out, is learnt from, too: so many at most, so often looked at, so much together. */
const MOST_ADDED = 60;
const ADDED_LOOKS = 12;
const ADDED_WEIGHT = 0.3;
const ADDED_APART = 0.1;
/** What three in ten examples stay below that were left out of learning is not found any more; but a worth of little more than half is enough, and less than this too little. */
const LEFT_OUT_BELOW = 0.3;
const ENOUGH = 0.54;
const TOO_LITTLE = 0.4;

/** Learns to tell what looks like the examples from everything else. Deterministic. Needs at least one positive example. */
export function learnExemplars({ label, scale, examples, samples }: Lesson): ExemplarSettings {
  const shown = examples.map((scene): Place => ({ ...scene, sums: channelSums(scene.picture) }));
  const places = samples.map((scene): Place => ({ ...scene, sums: channelSums(scene.picture) }));
  const positives = shown.flatMap(({ positives: [box] }) => (box ? [box] : []));
  const share = 1 / positives.length;
  const sides = sidesOf(positives);
  const appearance = learnAppearance(shown.flatMap(insideOf), elsewhereOf(places, sides));
  const aspect = Math.exp(
    positives.reduce((sum, [, , width, height]) => sum + Math.log(width / height), 0) * share * 0.5,
  );

  const looks = shown.map((place) => ({ place, sums: looksAt(place, appearance, aspect, LOOKS) }));
  const unmarked = fitSums(WINDOW_FEATURES, 1, unmarkedWindows(places, appearance, { sides, aspect }));
  const all = fitSums(WINDOW_FEATURES, 1, []);
  for (const { sums } of looks) addSums(all, sums, share);
  if (weightOf(unmarked) > 0) addSums(all, unmarked, UNMARKED_WEIGHT / weightOf(unmarked));

  const judgement: Judgement = {
    ...{ sides, aspect, appearance },
    size: sizeOf(positives),
    weights: solved(all),
    moves: movesOf(shown, appearance, aspect),
  };
  const reached = looks
    .filter(({ place }) => place.positives.length > 0)
    .map(({ place, sums }) => reachedWithout(all, sums, share, place, judgement))
    .sort((a, b) => a - b);
  const at = (part: number): number => reached[Math.min(reached.length - 1, Math.floor(part * reached.length))] ?? 0;
  addAlike(all, places, judgement, at(0.5));
  const threshold = Math.min(ENOUGH, Math.max(TOO_LITTLE, at(LEFT_OUT_BELOW)));
  return { label, scale, ...judgement, weights: solved(all), threshold };
}

function solved(sums: FitSums): number[] {
  const [weights = new Float64Array()] = solveRidge(sums, PENALTY);
  return Array.from(weights);
}

function sizeOf(positives: readonly ExampleBox[]): Judgement["size"] {
  const logs = positives.map((box) => Math.log(sideOf(box)));
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / logs.length;
  return { mean, deviation: Math.max(LEAST_DEVIATION, Math.sqrt(variance)) };
}

/** Sizes of windows: evenly from the smallest example to the largest. */
function sidesOf(positives: readonly ExampleBox[]): number[] {
  const sides = positives.map(sideOf);
  const from = Math.log(Math.min(...sides) / BEYOND);
  const to = Math.log(Math.max(...sides) * BEYOND);
  const steps = Math.max(1, Math.ceil((to - from) / Math.log(SIZE_STEP)));
  return Array.from({ length: steps + 1 }, (_, at) => Math.exp(from + ((to - from) * at) / steps));
}

/** The cells within the round that a positive example's box holds. */
function insideOf({ sums, positives: [box] }: Place): CellChoice[] {
  if (!box) return [];
  const [left, top, width, height] = box;
  const cell = Math.sqrt(width * height) / CELLS_ACROSS;
  const [columns, rows] = [Math.max(1, Math.round(width / cell)), Math.max(1, Math.round(height / cell))];
  const grid = cellGrid(sums, { left, top, cell, columns, rows });
  return [{ grid, places: placesOf(grid, (x, y) => Math.hypot(x / columns - 0.5, y / rows - 0.5) <= 0.45) }];
}

/** Cells of samples at every size, spread evenly, but for those of examples. */
function elsewhereOf(samples: readonly Place[], sides: readonly number[]): CellChoice[] {
  const share = UNMARKED_CELLS / (samples.length * sides.length);
  return samples.flatMap(({ sums, positives }) =>
    sides.map((side) => {
      const cell = side / CELLS_ACROSS;
      const columns = Math.max(1, Math.floor(sums.width / cell));
      const rows = Math.max(1, Math.floor(sums.height / cell));
      const grid = cellGrid(sums, { left: 0, top: 0, cell, columns, rows });
      const every = Math.max(1, Math.round((columns * rows) / share));
      const isMarked = (x: number, y: number): boolean =>
        positives.some(([left, top, width, height]) => {
          return Math.hypot((x * cell - left) / width - 0.5, (y * cell - top) / height - 0.5) < 0.55;
        });
      return { grid, places: placesOf(grid, (x, y, at) => at % every === 0 && !isMarked(x, y)) };
    }),
  );
}

/** Places of a grid whose middles, in cells, are chosen. */
function placesOf({ columns, rows }: CellGrid, chosen: (x: number, y: number, at: number) => boolean): number[] {
  const places: number[] = [];
  for (let at = 0; at < columns * rows; at++) {
    if (chosen((at % columns) + 0.5, Math.floor(at / columns) + 0.5, at)) places.push(at);
  }
  return places;
}

/** Adds what on the samples looks most like the examples to what is learnt from; at least `least` is asked of it. */
function addAlike(all: FitSums, samples: readonly Place[], judgement: Judgement, least: number): void {
  const { appearance, aspect } = judgement;
  const alike: (Likely & { place: Place })[] = [];
  for (const place of samples) {
    for (const likely of searchLikely(place.sums, judgement, least)) {
      const known = [...place.positives, ...place.negatives];
      if (!known.some((box) => overlapOf(box, likely.box).iou > ADDED_APART)) alike.push({ ...likely, place });
    }
  }
  alike.sort((a, b) => b.worth - a.worth);
  const added = alike.slice(0, MOST_ADDED);
  for (const one of added) {
    const others = [...one.place.positives, ...added.filter(({ place }) => place === one.place).map(({ box }) => box)];
    const positives = [one.box, ...others.filter((box) => box !== one.box)];
    addSums(all, looksAt({ ...one.place, positives }, appearance, aspect, ADDED_LOOKS), ADDED_WEIGHT / added.length);
  }
}

/** Windows all over the samples that are of no example. */
function* unmarkedWindows(
  samples: readonly Place[],
  appearance: Appearance,
  { sides, aspect }: { sides: readonly number[]; aspect: number },
): Generator<FitRow> {
  const count = Math.ceil(UNMARKED_WINDOWS / (samples.length * sides.length));
  for (const { sums, positives } of samples) {
    for (const side of sides) {
      const sheet: WindowSheet = windowSheet(sums, appearance, side);
      for (let n = 1; n <= count; n++) {
        const column = Math.floor(halton(n, 2) * sheet.columns);
        const row = Math.floor(halton(n, 3) * sheet.rows);
        const box = boxAround((column + 0.5) * sheet.cell, (row + 0.5) * sheet.cell, side, aspect);
        if (positives.some((positive) => overlapOf(box, positive).iou > APART)) continue;
        yield { features: windowOf(sheet, column, row), targets: [0], weight: 1 };
      }
    }
  }
}

/** The most that an example is worth where all but itself was learnt from. */
function reachedWithout(all: FitSums, own: FitSums, share: number, place: Place, judgement: Judgement): number {
  const [box] = place.positives;
  if (!box) return 0;
  const targets = all.targets.map((each) => Float64Array.from(each));
  const others = { size: all.size, products: Float64Array.from(all.products), targets };
  addSums(others, own, -share);
  const [weights = new Float64Array()] = solveRidge(others, PENALTY);
  const [left, top, width, height] = box;
  const side = sideOf(box);
  let best = -Infinity;
  for (const size of [side / SIZE_STEP, side, side * SIZE_STEP]) {
    for (let look = 0; look < 9; look++) {
      const x = left + width / 2 + (((look % 3) - 1) * side) / 8;
      const y = top + height / 2 + ((Math.floor(look / 3) - 1) * side) / 8;
      const features = windowAt(place.sums, judgement.appearance, x, y, size);
      best = Math.max(best, scoreOf(features, weights) - sizeCost(size, judgement.size));
    }
  }
  return best;
}
