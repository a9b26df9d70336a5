import { z } from "zod";
import type { FoundCell } from "./found-cell.ts";

/** What the embedded cell models answer: outlines in pixels of the picture, as `x, y, x, y, …` without the first position again. */
export const cellReplySchema = z.object({
  cells: z.array(
    z.object({
      label: z.string().min(1),
      score: z.number().min(0).max(1),
      // By one test of all of it: a schema for each of ten thousand numbers takes longer than to write them.
      outline: z.custom<number[]>(
        (value) => Array.isArray(value) && value.length >= 6 && value.every((each) => Number.isFinite(each)),
      ),
      measurements: z.record(z.string(), z.number()),
    }),
  ),
});

/**
 * Writes the reply to a picture, in the thread that found the cells: a dense tile has two hundred outlines, and the thread of the server is
 * handed one text instead of ten thousand positions.
 */
export function writeReply(found: readonly FoundCell[]): string {
  const cells = found.map(({ label, score, outline, measurements }) => ({
    label,
    score: rounded(score, 1e4),
    outline: outline.slice(0, -1).flatMap(([x, y]) => [rounded(x, 100), rounded(y, 100)]),
    measurements: Object.fromEntries(Object.entries(measurements).map(([name, value]) => [name, rounded(value, 1e4)])),
  }));
  return JSON.stringify({ cells });
}

function rounded(value: number, steps: number): number {
  return Math.round(value * steps) / steps;
}
