import { processWide } from "#lib/process-wide.ts";

/** How long a good answer is taken for still good: what changes in another process is noticed this much later at most. */
export const RECENT_MS = 500;
/** More than people and images that are looked at within that time; past it everything is asked anew. */
const KEPT = 10_000;

type Recent = { until: number; answer: Promise<unknown> };

/**
 * The answer to `ask`, or the one that somebody else got within the last half second. Only what was granted is remembered, never a
 * refusal (null) nor an error. `key` names question and object.
 */
export function recentAnswer<T>(key: string, ask: () => Promise<T | null>): Promise<T | null> {
  const recent = answers();
  const now = Date.now();
  const found = recent.get(key);
  if (found && found.until > now) return found.answer as Promise<T>;
  if (recent.size >= KEPT) recent.clear();
  const entry: Recent = { until: now + RECENT_MS, answer: ask() };
  recent.set(key, entry);
  const forget = (): void => {
    if (recent.get(key) === entry) recent.delete(key);
  };
  entry.answer.then((value) => value === null && forget(), forget);
  return entry.answer as Promise<T | null>;
}

/** Called after every change that takes access away: what this process asks from now on is asked of the database. */
export function forgetRecentAnswers(): void {
  answers().clear();
}

function answers(): Map<string, Recent> {
  return processWide("recent-answers", () => new Map<string, Recent>());
}
