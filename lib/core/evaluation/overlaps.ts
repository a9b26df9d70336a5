import Flatbush from "flatbush";
import { box, iou } from "../geometry/box.ts";
import type { Compared } from "./evaluate.ts";

/** A truth that a finding overlaps, by its position among the truths. */
type Overlap = { truth: number; iou: number };
export type Match = { finding: number; truth: number; iou: number };

/** Which truths each finding overlaps, and the order in which findings are tried: best score first, ties as given, without a score last. */
export type Overlaps = { order: readonly number[]; of: (finding: number) => readonly Overlap[]; truths: number };

const NONE: readonly Overlap[] = [];

/**
 * Finds for every finding the truths of its page that it overlaps at least by `least` (intersection over union) and that `accept`
 * allows, in ascending order. Worked out once, it serves matching at any threshold from `least` on.
 */
export function overlapsOf(
  findings: readonly Compared[],
  truths: readonly Compared[],
  { least, accept }: { least: number; accept: (truth: string, finding: string) => boolean },
): Overlaps {
  const near = neighboursOf(truths);
  const found: (readonly Overlap[] | undefined)[] = Array.from({ length: findings.length });
  for (const [index, finding] of findings.entries()) {
    const own: Overlap[] = [];
    for (const truth of near(finding)) {
      const other = truths[truth];
      if (!other || !accept(other.label, finding.label)) continue;
      const overlap = iou(box(...finding.box), box(...other.box));
      if (overlap >= least) own.push({ truth, iou: overlap });
    }
    if (own.length > 0) found[index] = own.length > 1 ? own.sort((a, b) => a.truth - b.truth) : own;
  }
  return { order: byScore(findings), of: (finding) => found[finding] ?? NONE, truths: truths.length };
}

/** Those of the overlaps that `keep` lets through, by positions of finding and truth. */
export function overlapsWhere(overlaps: Overlaps, keep: (finding: number, truth: number) => boolean): Overlaps {
  const kept: (readonly Overlap[] | undefined)[] = Array.from({ length: overlaps.order.length });
  for (const finding of overlaps.order) {
    const all = overlaps.of(finding);
    if (all.length > 0) kept[finding] = all.filter(({ truth }) => keep(finding, truth));
  }
  return { ...overlaps, of: (finding) => kept[finding] ?? NONE };
}

/** Gives each finding, best first, the truth that it overlaps most, of equals the last, if by enough and not taken yet. */
export function matchAt({ order, of, truths }: Overlaps, iouThreshold: number): Match[] {
  const taken = new Uint8Array(truths);
  const matches: Match[] = [];
  for (const finding of order) {
    let best: Overlap | null = null;
    for (const each of of(finding)) {
      if (taken[each.truth] === 0 && each.iou >= (best?.iou ?? iouThreshold)) best = each;
    }
    if (!best) continue;
    taken[best.truth] = 1;
    matches.push({ finding, ...best });
  }
  return matches;
}

/** Positions of findings, best score first; ties in the given order, without a score last. */
export function byScore(findings: readonly Compared[]): number[] {
  const score = (index: number): number => findings[index]?.score ?? -1;
  return findings.map((_, index) => index).sort((a, b) => score(b) - score(a) || a - b);
}

/** Gives the truths whose boxes touch a box on its page, in any order. */
function neighboursOf(truths: readonly Compared[]): (finding: Compared) => number[] {
  const pages = Map.groupBy(truths.keys(), (index) => truths[index]?.page ?? 0);
  const trees = new Map([...pages].map(([page, indices]) => [page, { indices, tree: treeOf(truths, indices) }]));
  return ({ page, box: [x, y, width, height] }) => {
    const entry = trees.get(page);
    if (!entry) return [];
    const found = entry.tree.search(x, y, x + width, y + height);
    return found.map((place) => entry.indices[place] ?? -1);
  };
}

function treeOf(truths: readonly Compared[], indices: readonly number[]): Flatbush {
  const tree = new Flatbush(indices.length);
  for (const index of indices) {
    const [x, y, width, height] = truths[index]?.box ?? [0, 0, 0, 0];
    tree.add(x, y, x + width, y + height);
  }
  tree.finish();
  return tree;
}
