import type { Compared } from "./evaluate.ts";
import type { Match, Overlaps } from "./overlaps.ts";

/**
 * Why something is wrong: at the place of another class; at a place whose partner is taken already; beside its place, by too small an
 * overlap; where there is nothing.
 */
export const REASONS = ["other-class", "taken", "loose", "nothing"] as const;
type Reason = (typeof REASONS)[number];

/** A finding that is wrong, or a truth that is missed: its position, why, and the position of what it was held for, on the other side. */
export type Mistake = { at: number; because: Reason; beside: number | null };

/** Overlap from which on something counts as beside it; below it is elsewhere (Bolya et al., "TIDE", 2020). */
export const BESIDE = 0.1;

/**
 * Explains every finding that no match has, and every truth: findings by falling score, truths by falling area. `near`: what lies beside what,
 * whatever its name, from `BESIDE` on.
 */
export function explainMistakes(
  findings: readonly Compared[],
  truths: readonly Compared[],
  { near, matches, iouThreshold }: { near: Overlaps; matches: readonly Match[]; iouThreshold: number },
): { invented: Mistake[]; missed: Mistake[] } {
  const [right, found] = [new Set(matches.map(({ finding }) => finding)), new Set(matches.map(({ truth }) => truth))];
  const best = new Map<number, Explained>();
  const invented: Mistake[] = [];
  for (const index of near.order) {
    let wrong: Explained = { because: "nothing", beside: null, iou: 0 };
    for (const { truth, iou } of near.of(index)) {
      const because = reasonOf(findings[index]?.label === truths[truth]?.label, iou >= iouThreshold);
      wrong = telling(wrong, { because, beside: truth, iou });
      best.set(truth, telling(best.get(truth), { because, beside: index, iou }));
    }
    if (!right.has(index)) invented.push({ at: index, because: wrong.because, beside: wrong.beside });
  }
  const area = (index: number): number => (truths[index]?.box[2] ?? 0) * (truths[index]?.box[3] ?? 0);
  const missed = [...truths.keys()]
    .filter((index) => !found.has(index))
    .map((index): Mistake => {
      const { because, beside } = best.get(index) ?? { because: "nothing", beside: null };
      return { at: index, because, beside };
    })
    .sort((a, b) => area(b.at) - area(a.at) || a.at - b.at);
  return { invented, missed };
}

type Explained = { because: Reason; beside: number | null; iou: number };

function reasonOf(isSame: boolean, isEnough: boolean): Reason {
  if (!isEnough) return "loose";
  return isSame ? "taken" : "other-class";
}

/** Which of two explanations tells more: the graver reason, of equals the closer overlap. */
function telling(one: Explained | undefined, other: Explained): Explained {
  if (!one) return other;
  const graver = REASONS.indexOf(one.because) - REASONS.indexOf(other.because);
  return graver < 0 || (graver === 0 && one.iou >= other.iou) ? one : other;
}
