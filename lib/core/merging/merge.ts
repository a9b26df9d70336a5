import type { MergeSettings } from "../detection/run.ts";
import { NeighbourIndex } from "./neighbour-index.ts";
import { type MergeInput, type RankedBoxes, rankBoxes } from "./ranked-boxes.ts";

/** Detections that are one thing. `keeper` and `merged` are indices into the input; score and label are the keeper's. */
export type MergedGroup = {
  keeper: number;
  /** What went into the keeper (for NMS: what it suppressed), best first. */
  merged: number[];
  /** `[x, y, width, height]`: the keeper's for NMS, else the union of all members. */
  box: readonly [x: number, y: number, width: number, height: number];
  score: number;
  label: string;
};

/**
 * Merges detections that overlap, each label for itself, as SAHI (github.com/obss/sahi) does. Order: score descending, ties by
 * corners. Two boxes match where they touch or overlap and their IoU or IoS is at least the threshold (0 where both have no area).
 *
 * - `nms`: a keeper suppresses every match. - `greedy-nmm`: a keeper takes every remaining match.
 * - `nmm`: each box claims its unclaimed matches of lower score, for itself or for the keeper that claimed it.
 *
 * Groups come in the order of their keepers, so the result depends on the set of detections and, among wholly equal ones, on their
 * order. O(n · k) for k neighbours, memory O(n).
 */
export function mergeDetections(detections: readonly MergeInput[], settings: MergeSettings): MergedGroup[] {
  const boxes = rankBoxes(detections);
  const keeperOf = settings.method === "nmm" ? claimInChains(boxes, settings) : claimGreedily(boxes, settings);
  return groupsOf(detections, boxes, keeperOf, settings.method !== "nms");
}

/** NMS and greedy NMM: only a keeper claims. */
function claimGreedily(boxes: RankedBoxes, settings: MergeSettings): Int32Array {
  return claim(boxes, settings, (rank, keeper) => (keeper === rank ? keeper : null));
}

/** NMM: a claimed box claims for its keeper. */
function claimInChains(boxes: RankedBoxes, settings: MergeSettings): Int32Array {
  return claim(boxes, settings, (_, keeper) => keeper);
}

/**
 * Walks the boxes in order. Whoever is unclaimed when its turn comes is a keeper; only boxes that are neither claimed nor have had
 * their turn stay in the index, so that a crowd on one spot is looked at once and not once a box.
 */
function claim(
  boxes: RankedBoxes,
  { method, metric, threshold }: MergeSettings,
  claimsFor: (rank: number, keeper: number) => number | null,
): Int32Array {
  const keeperOf = new Int32Array(boxes.count).fill(-1);
  const index = new NeighbourIndex(boxes);
  const match = metric === "iou" ? overlapOfUnion : overlapOfSmaller;
  // IoU cannot exceed the ratio of the longer sides; a little less keeps rounding from cutting off an exact tie.
  const sideRatio = metric === "iou" ? threshold * (1 - 1e-9) : 0;
  const candidates: number[] = [];
  for (let rank = 0; rank < boxes.count; rank++) {
    if (keeperOf[rank] === -1) {
      keeperOf[rank] = rank;
      index.remove(rank);
    }
    const keeper = claimsFor(rank, keeperOf[rank] ?? rank);
    if (keeper === null) continue;
    index.candidates(rank, sideRatio, candidates);
    for (const other of candidates) {
      if (!touches(boxes, rank, other) || match(boxes, rank, other) < threshold) continue;
      if (method === "nmm" && isTie(boxes, rank, other) && !hasSameCorners(boxes, rank, other)) continue;
      keeperOf[other] = keeper;
      index.remove(other);
    }
  }
  return keeperOf;
}

function groupsOf(
  detections: readonly MergeInput[],
  boxes: RankedBoxes,
  keeperOf: Int32Array,
  takesUnion: boolean,
): MergedGroup[] {
  const groups: MergedGroup[] = [];
  const groupOf = new Map<number, { members: number[]; keeper: MergeInput; index: number }>();
  for (let rank = 0; rank < boxes.count; rank++) {
    const original = boxes.original[rank] ?? 0;
    const detection = detections[original];
    const keeper = keeperOf[rank] ?? rank;
    if (keeper !== rank) groupOf.get(keeper)?.members.push(rank);
    else if (detection) groupOf.set(rank, { members: [], keeper: detection, index: original });
  }
  for (const [rank, { members, keeper, index }] of groupOf) {
    const box = takesUnion && members.length > 0 ? unionOf(boxes, [rank, ...members]) : keeper.box;
    const merged = members.map((member) => boxes.original[member] ?? 0);
    groups.push({ keeper: index, merged, box, score: keeper.score, label: keeper.label });
  }
  return groups;
}

function unionOf({ x1, y1, x2, y2 }: RankedBoxes, ranks: readonly number[]): MergedGroup["box"] {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const rank of ranks) {
    left = Math.min(left, x1[rank] ?? 0);
    top = Math.min(top, y1[rank] ?? 0);
    right = Math.max(right, x2[rank] ?? 0);
    bottom = Math.max(bottom, y2[rank] ?? 0);
  }
  return [left, top, right - left, bottom - top];
}

function touches({ x1, y1, x2, y2 }: RankedBoxes, a: number, b: number): boolean {
  return (
    (x1[a] ?? 0) <= (x2[b] ?? 0) &&
    (x1[b] ?? 0) <= (x2[a] ?? 0) &&
    (y1[a] ?? 0) <= (y2[b] ?? 0) &&
    (y1[b] ?? 0) <= (y2[a] ?? 0)
  );
}

function sharedArea({ x1, y1, x2, y2 }: RankedBoxes, a: number, b: number): number {
  const width = Math.min(x2[a] ?? 0, x2[b] ?? 0) - Math.max(x1[a] ?? 0, x1[b] ?? 0);
  const height = Math.min(y2[a] ?? 0, y2[b] ?? 0) - Math.max(y1[a] ?? 0, y1[b] ?? 0);
  return width > 0 && height > 0 ? width * height : 0;
}

function overlapOfUnion(boxes: RankedBoxes, a: number, b: number): number {
  const shared = sharedArea(boxes, a, b);
  const union = (boxes.area[a] ?? 0) + (boxes.area[b] ?? 0) - shared;
  return union > 0 ? shared / union : 0;
}

function overlapOfSmaller(boxes: RankedBoxes, a: number, b: number): number {
  const smaller = Math.min(boxes.area[a] ?? 0, boxes.area[b] ?? 0);
  return smaller > 0 ? sharedArea(boxes, a, b) / smaller : 0;
}

function isTie({ score }: RankedBoxes, a: number, b: number): boolean {
  return score[a] === score[b];
}

function hasSameCorners({ x1, y1, x2, y2 }: RankedBoxes, a: number, b: number): boolean {
  return x1[a] === x1[b] && y1[a] === y1[b] && x2[a] === x2[b] && y2[a] === y2[b];
}
