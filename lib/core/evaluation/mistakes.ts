import type { Compared } from "./evaluate.ts";
import { type Match, overlapsOf } from "./overlaps.ts";

/**
 * Why something is wrong: at the place of another class; at a place whose partner is taken already; beside its place, by too small an
 * overlap; where there is nothing.
 */
export const REASONS = ["other-class", "taken", "loose", "nothing"] as const;
type Reason = (typeof REASONS)[number];

/** A finding that is wrong, or a truth that is missed: its position, why, and the position of what it was held for, on the other side. */
export type Mistake = { at: number; because: Reason; beside: number | null };

/** Overlap from which on something counts as beside it; below it is elsewhere (Bolya et al., "TIDE", 2020). */
const BESIDE = 0.1;

/** Explains every finding that no match has, and every truth. Findings by falling score, truths by falling area. */
export function explainMistakes(
  findings: readonly Compared[],
  truths: readonly Compared[],
  matches: readonly Match[],
  iouThreshold: number,
): { invented: Mistake[]; missed: Mistake[] } {
  const near = overlapsOf(findings, truths, { least: Math.min(BESIDE, iouThreshold), accept: () => true });
  const [right, found] = [new Set(matches.map(({ finding }) => finding)), new Set(matches.map(({ truth }) => truth))];
  const best = new Map<number, Mistake>();
  const invented: Mistake[] = [];
  for (const index of near.order) {
    const wrong: Mistake = { at: index, because: "nothing", beside: null };
    for (const { truth, iou } of near.of(index)) {
      const isSame = findings[index]?.label === truths[truth]?.label;
      const because = reasonOf(isSame, iou >= iouThreshold);
      if (because === null) continue;
      // What is sure of itself is explained by the worst that can be said of it, and a truth by what came closest.
      if (isWorthMore(because, wrong.because)) Object.assign(wrong, { because, beside: truth });
      const known = best.get(truth);
      if (!known || isWorthMore(because, known.because)) best.set(truth, { at: truth, because, beside: index });
    }
    if (!right.has(index)) invented.push(wrong);
  }
  const area = (index: number): number => (truths[index]?.box[2] ?? 0) * (truths[index]?.box[3] ?? 0);
  const missed = [...truths.keys()]
    .filter((index) => !found.has(index))
    .map((index): Mistake => best.get(index) ?? { at: index, because: "nothing", beside: null })
    .sort((a, b) => area(b.at) - area(a.at) || a.at - b.at);
  return { invented, missed };
}

function reasonOf(isSame: boolean, isEnough: boolean): Reason | null {
  if (isSame) return isEnough ? "taken" : "loose";
  return isEnough ? "other-class" : null;
}

const isWorthMore = (one: Reason, other: Reason): boolean => REASONS.indexOf(one) < REASONS.indexOf(other);
