import type { ModerationThresholds } from "#lib/core/detection/moderation-thresholds.ts";
import type { ModerationVerdict } from "../types.ts";

/** What scores of the embedded classifier mean. Scores that are missing or not numbers block: nothing was judged. */
export function verdictOf(
  scores: Readonly<Record<string, number>>,
  thresholds: ModerationThresholds,
): Pick<ModerationVerdict, "verdict" | "reason"> {
  const { Porn: porn = Number.NaN, Hentai: hentai = Number.NaN, Sexy: sexy = Number.NaN } = scores;
  if (![porn, hentai, sexy].every((score) => score >= 0 && score <= 1)) {
    return { verdict: "block", reason: "moderation gave no readable scores" };
  }
  const explicit = porn + hentai;
  if (explicit >= thresholds.explicit)
    return { verdict: "block", reason: `sexually explicit with a score of ${explicit.toFixed(2)}` };
  if (sexy >= thresholds.suggestive)
    return { verdict: "block", reason: `sexually suggestive with a score of ${sexy.toFixed(2)}` };
  return { verdict: "pass", reason: null };
}
