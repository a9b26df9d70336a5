import type { ModerationVerdict } from "../types.ts";

/** Porn and Hentai together from here on block. The highest among the scientific pictures measured (bench/models.ts) was 0.5. */
const EXPLICIT = 0.7;
/** Sexy from here on blocks. The highest measured was below 0.1. */
const SUGGESTIVE = 0.9;

/** What scores of the embedded classifier mean. Scores that are missing or not numbers block: nothing was judged. */
export function verdictOf(scores: Readonly<Record<string, number>>): Pick<ModerationVerdict, "verdict" | "reason"> {
  const { Porn: porn = Number.NaN, Hentai: hentai = Number.NaN, Sexy: sexy = Number.NaN } = scores;
  if (![porn, hentai, sexy].every((score) => score >= 0 && score <= 1)) {
    return { verdict: "block", reason: "moderation gave no readable scores" };
  }
  const explicit = porn + hentai;
  if (explicit >= EXPLICIT)
    return { verdict: "block", reason: `sexually explicit with a score of ${explicit.toFixed(2)}` };
  if (sexy >= SUGGESTIVE) return { verdict: "block", reason: `sexually suggestive with a score of ${sexy.toFixed(2)}` };
  return { verdict: "pass", reason: null };
}
