import type { Rgb } from "../raster/raster.ts";
import type { Appearance } from "./appearance.ts";
import type { ChannelSums } from "./channel-sums.ts";
import { overlapOf } from "./overlap.ts";
import { addSums, type FitRow, type FitSums, fitSums, solveRidge, weightOf } from "./ridge.ts";
import type { ExampleBox } from "./settings.ts";
import { boxAround, mirrored, WINDOW_FEATURES, windowAt } from "./windows.ts";

/** A part of a page with the examples on it in its own pixels; of those that lie beyond it, too, where windows may touch them. */
export type Scene = { picture: Rgb; positives: readonly ExampleBox[]; negatives: readonly ExampleBox[] };

/** A scene with its channels. */
export type Place = Scene & { sums: ChannelSums };

/** Each example is looked at so often, a little beside itself and at other sizes; exactly at first. */
export const LOOKS = 60;
/** How far beside, as a part of its side, in turns: near, to place it well, and far, to know what is beside it. */
const NEAR = 0.1;
const FAR = 0.35;
/** A mirrored look counts so much: light falls from one side, and things may turn. */
const MIRRORED_WEIGHT = 0.25;
/** A window that overlaps an example less (IoU) is worth nothing, and one by so much more is worth all. */
const WORTH_FROM = 0.3;
const WORTH_SPAN = 0.5;
const MOVE_PENALTY = 0.3;

/** Side of the square as large as a box. */
export function sideOf([, , width, height]: ExampleBox): number {
  return Math.sqrt(width * height);
}

/** A window on an example or beside it, and the positive example that it fits best. */
type Look = { features: Float32Array; x: number; y: number; side: number; fit: ExampleBox | undefined; iou: number };

/** The example as it is, moved and made larger and smaller. */
function* looksOf(
  { sums, positives, negatives }: Place,
  appearance: Appearance,
  aspect: number,
  count: number,
): Generator<Look> {
  const box = positives[0] ?? negatives[0];
  if (!box) return;
  const [left, top, width, height] = box;
  for (let look = 0; look < count; look++) {
    const reach = look === 0 ? 0 : look % 2 === 1 ? NEAR : FAR;
    const x = left + width * (0.5 + reach * spread(look, 2, 3));
    const y = top + height * (0.5 + reach * spread(look, 5, 7));
    const side = sideOf(box) * Math.exp(reach * spread(look, 11, 13));
    const window = boxAround(x, y, side, aspect);
    let [fit, iou]: [ExampleBox | undefined, number] = [undefined, 0];
    for (const positive of positives) {
      const shared = overlapOf(window, positive).iou;
      if (shared > iou) [fit, iou] = [positive, shared];
    }
    yield { features: windowAt(sums, appearance, x, y, side), x, y, side, fit, iou };
  }
}

const MIRRORS = [false, true].flatMap((across) => [false, true].map((down) => ({ across, down })));

/** A look and its mirrored ones, with how much each counts. */
function* mirrorsOf({ features }: Look) {
  for (const { across, down } of MIRRORS) {
    const isMirrored = across || down;
    yield {
      ...{ across, down },
      features: isMirrored ? mirrored(features, across, down) : features,
      weight: (isMirrored ? MIRRORED_WEIGHT : 1) / (1 + 3 * MIRRORED_WEIGHT),
    };
  }
}

/** Looks at an example, weighing 1 together; what each is worth is how well it fits any positive one. */
export function looksAt(place: Place, appearance: Appearance, aspect: number, count: number): FitSums {
  const rows = function* (): Generator<FitRow> {
    for (const look of looksOf(place, appearance, aspect, count)) {
      const target = Math.min(1, Math.max(0, (look.iou - WORTH_FROM) / WORTH_SPAN));
      for (const { features, weight } of mirrorsOf(look)) yield { features, targets: [target], weight: weight / count };
    }
  };
  return fitSums(WINDOW_FEATURES, 1, rows());
}

/** What tells from a window where the object lies that nearly fills it, see `Judgement.moves`. */
export function movesOf(shown: readonly Place[], appearance: Appearance, aspect: number): number[][] {
  const rows = function* (): Generator<FitRow> {
    for (const place of shown) {
      for (const look of looksOf(place, appearance, aspect, LOOKS)) {
        const { fit, iou, x, y, side } = look;
        if (!fit || iou <= WORTH_FROM) continue;
        const [left, top, width, height] = fit;
        const [right, below] = [(left + width / 2 - x) / side, (top + height / 2 - y) / side];
        const shape = [Math.log(sideOf(fit) / side), Math.log(width / height) / 2];
        for (const { features, weight, across, down } of mirrorsOf(look)) {
          yield { features, targets: [across ? -right : right, down ? -below : below, ...shape], weight };
        }
      }
    }
  };
  const sums = fitSums(WINDOW_FEATURES, 4, rows());
  const mean = fitSums(WINDOW_FEATURES, 4, []);
  addSums(mean, sums, 1 / Math.max(1e-9, weightOf(sums)));
  return solveRidge(mean, MOVE_PENALTY).map((each) => Array.from(each));
}

/** Numbers around 0 with a deviation of 1, evenly spread over `n`: sums of two of Halton's sequences. */
function spread(n: number, baseA: number, baseB: number): number {
  return (halton(n, baseA) + halton(n, baseB) - 1) * Math.sqrt(6);
}

/** The `n`th of Halton's numbers, which fill 0…1 evenly. */
export function halton(n: number, base: number): number {
  let [result, part, rest] = [0, 1, n];
  while (rest > 0) {
    part /= base;
    result += part * (rest % base);
    rest = Math.floor(rest / base);
  }
  return result;
}
