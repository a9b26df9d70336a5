import type { UprightWord } from "./upright-words.ts";

/** Words of one line, from left to right. */
export type UprightLine = UprightWord[];

/** Words share a line where they share this part of the lower one's height. */
const SHARED_HEIGHT = 0.5;

/** Chains words of one column to lines, from left to right, so that a line may rise or fall a little; lines from top to bottom. */
export function chainLines(words: readonly UprightWord[]): UprightLine[] {
  const lines: UprightLine[] = [];
  for (const word of words.toSorted((a, b) => a.left - b.left || a.top - b.top)) {
    let best: { line: UprightLine; shared: number } | null = null;
    for (const line of lines) {
      const last = line.at(-1);
      if (!last) continue;
      const lower = Math.min(last.bottom - last.top, word.bottom - word.top);
      const shared = (Math.min(last.bottom, word.bottom) - Math.max(last.top, word.top)) / Math.max(lower, 1e-9);
      if (shared >= SHARED_HEIGHT && shared > (best?.shared ?? 0)) best = { line, shared };
    }
    if (best) best.line.push(word);
    else lines.push([word]);
  }
  return lines.toSorted((a, b) => middleOf(a) - middleOf(b) || (a[0]?.left ?? 0) - (b[0]?.left ?? 0));
}

/** Height of the middle of a line: of most of its letters, as a drop cap or a fraction stands out of it. */
function middleOf(line: UprightLine): number {
  const sorted = line.map(({ top, bottom }) => (top + bottom) / 2).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
