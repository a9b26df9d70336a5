import { area, iou, type TileBox, tileBox } from "#lib/core/geometry/box.ts";
import type { TileDetection } from "../types.ts";
import { COCO_LABELS } from "./coco-labels.ts";
import { isCut } from "./cut.ts";
import type { Placement } from "./letterbox.ts";
import type { Look } from "./looks.ts";

/** Guesses of one class that overlap more than this are one thing. */
const SAME_LABEL_IOU = 0.5;
/** The network guesses several classes for one thing at nearly the same place (car, truck, bus): one stays. */
const OTHER_LABEL_IOU = 0.7;
/**
 * From above, the network takes cars for trucks and buses, in one tile and not in the next, which no merge can mend as labels do
 * not merge with each other. The commonest of them, first here, wins where its own score is at least this part of the best.
 */
const CONFUSED: readonly string[] = ["car", "truck", "bus"];
const CONFUSED_SHARE = 0.15;

const ROW = 6;

/** What the network answered to one look: at the picture, or at a part of it. */
export type SeenRows = { rows: Float32Array; placement: Placement; look: Look };

export type DecodeOptions = {
  /** COCO class → label to answer with; classes that are not in it are dropped. */
  query: ReadonlyMap<string, string>;
  minScore: number;
};

/**
 * Turns the detector's rows into detections in the picture's pixels, clipped to it, best first, one for each thing. What a part of the
 * picture cuts off is dropped: the picture as a whole shows it, and another part may.
 */
export function decodeDetections(seen: readonly SeenRows[], options: DecodeOptions): TileDetection[] {
  const guesses = seen.flatMap((each) => guessesOf(each, options.minScore));
  const asked = suppress(guesses).flatMap((guess) => {
    const label = options.query.get(guess.label);
    return label === undefined || guess.score < options.minScore ? [] : [{ ...guess, label }];
  });
  // Once more: classes that answer to one label may have left two boxes on one thing.
  return suppress(asked);
}

function guessesOf({ rows, placement, look }: SeenRows, minScore: number): TileDetection[] {
  const guesses: TileDetection[] = [];
  for (let at = 0; at + ROW <= rows.length; at += ROW) {
    const [left = 0, top = 0, right = 0, bottom = 0, score = 0, classNumber = -1] = rows.subarray(at, at + ROW);
    const label = COCO_LABELS[classNumber];
    if (label === undefined || !(score >= minScore * CONFUSED_SHARE)) continue;
    const box = toPicture(left, top, right, bottom, placement, look.picture);
    if (area(box) === 0 || isCut(box, look.picture, look.cut)) continue;
    const [x, y, width, height] = box;
    guesses.push({ box: tileBox(look.left + x, look.top + y, width, height), score: Math.min(1, score), label });
  }
  return guesses;
}

function toPicture(
  left: number,
  top: number,
  right: number,
  bottom: number,
  placement: Placement,
  { width, height }: { width: number; height: number },
): TileBox {
  const clip = (value: number, limit: number) => Math.min(limit, Math.max(0, value));
  const x0 = clip((left - placement.left) / placement.scale, width);
  const y0 = clip((top - placement.top) / placement.scale, height);
  const x1 = clip((right - placement.left) / placement.scale, width);
  const y1 = clip((bottom - placement.top) / placement.scale, height);
  return tileBox(x0, y0, x1 - x0, y1 - y0);
}

function suppress(guesses: readonly TileDetection[]): TileDetection[] {
  const sorted = guesses.toSorted((a, b) => b.score - a.score || a.box[0] - b.box[0] || a.box[1] - b.box[1]);
  const kept: TileDetection[] = [];
  for (const guess of sorted) {
    const better = kept.findIndex(
      ({ box, label }) => iou(box, guess.box) > (label === guess.label ? SAME_LABEL_IOU : OTHER_LABEL_IOU),
    );
    const winner = kept[better];
    if (!winner) kept.push(guess);
    else kept[better] = { ...winner, label: commonerLabel(winner, guess) };
  }
  return kept;
}

function commonerLabel(winner: TileDetection, other: TileDetection): string {
  const mine = CONFUSED.indexOf(winner.label);
  const others = CONFUSED.indexOf(other.label);
  const commoner = mine > 0 && others >= 0 && others < mine;
  return commoner && other.score >= winner.score * CONFUSED_SHARE ? other.label : winner.label;
}
