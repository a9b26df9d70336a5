import Flatbush from "flatbush";
import { box, iou } from "../geometry/box.ts";
import type { Compared } from "./evaluate.ts";

/** Two findings that are one: positions in the two lists, and how much they overlap. */
type Pair = { here: number; there: number; iou: number };

/** What two sets of findings share and don't, as positions in them. */
export type Comparison = {
  /** At one place under one name. */
  matched: Pair[];
  /** At one place under two names. */
  renamed: Pair[];
  onlyHere: number[];
  onlyThere: number[];
};

/**
 * Pairs two sets of findings, each with at most one of the other: on one page, overlapping at least by `leastIou`. Those of one name
 * pair first, among them the closest; then what is left, whatever its name. The order of the sets changes nothing but ties.
 */
export function compare(here: readonly Compared[], there: readonly Compared[], leastIou: number): Comparison {
  const candidates = candidatesOf(here, there, leastIou);
  candidates.sort(
    (a, b) => Number(b.isSame) - Number(a.isSame) || b.iou - a.iou || a.here - b.here || a.there - b.there,
  );
  const [takenHere, takenThere] = [new Set<number>(), new Set<number>()];
  const result: Comparison = { matched: [], renamed: [], onlyHere: [], onlyThere: [] };
  for (const { isSame, ...pair } of candidates) {
    if (takenHere.has(pair.here) || takenThere.has(pair.there)) continue;
    takenHere.add(pair.here);
    takenThere.add(pair.there);
    (isSame ? result.matched : result.renamed).push(pair);
  }
  for (const index of here.keys()) if (!takenHere.has(index)) result.onlyHere.push(index);
  for (const index of there.keys()) if (!takenThere.has(index)) result.onlyThere.push(index);
  return result;
}

type Candidate = Pair & { isSame: boolean };

function candidatesOf(here: readonly Compared[], there: readonly Compared[], leastIou: number): Candidate[] {
  const pages = Map.groupBy(there.keys(), (index) => there[index]?.page ?? 0);
  const trees = new Map([...pages].map(([page, indices]) => [page, { indices, tree: treeOf(there, indices) }]));
  return here.flatMap((one, index) => {
    const entry = trees.get(one.page);
    const [x, y, width, height] = one.box;
    const near = entry?.tree.search(x, y, x + width, y + height) ?? [];
    return near.flatMap((place): Candidate[] => {
      const position = entry?.indices[place] ?? -1;
      const other = there[position];
      const overlap = other ? overlapOf(one, other) : 0;
      return other && overlap >= leastIou
        ? [{ here: index, there: position, iou: overlap, isSame: one.label === other.label }]
        : [];
    });
  });
}

/** Intersection over union; what has no area is one with what is exactly there. */
function overlapOf(one: Compared, other: Compared): number {
  const isExact = one.box.every((value, index) => value === other.box[index]);
  return isExact ? 1 : iou(box(...one.box), box(...other.box));
}

function treeOf(all: readonly Compared[], indices: readonly number[]): Flatbush {
  const tree = new Flatbush(indices.length);
  for (const index of indices) {
    const [x, y, width, height] = all[index]?.box ?? [0, 0, 0, 0];
    tree.add(x, y, x + width, y + height);
  }
  tree.finish();
  return tree;
}
