/** So many calls in a row without an answer, over so long, and the provider counts as away. */
const FAILURES = 10;
const SPAN_MS = 2000;
const FIRST_PAUSE_MS = 5000;
const LONGEST_PAUSE_MS = 60_000;

/** Keeps calls from a provider that does not answer: tiles then wait instead of using up their attempts. */
export type CircuitBreaker = {
  /** How many calls it lets be in flight now: all, none, or one to try. */
  allows(now: number): number;
  /** Since when the provider counts as away, and when it is tried next; null while it answers. */
  broken(): { since: number; retryAt: number } | null;
  /** An answer of any kind came, be it a refusal. */
  answered(): void;
  /** No answer: connection refused or cut, a server error, a time-out. */
  failed(now: number): void;
};

/** A breaker that is closed. Times are milliseconds of a clock that never goes back. After M. Nygard, Release It! */
export function circuitBreaker(): CircuitBreaker {
  let failures = 0;
  let firstFailureAt = 0;
  let pauseMs = FIRST_PAUSE_MS;
  let open: { since: number; retryAt: number } | null = null;

  return {
    allows: (now) => (open === null ? Number.POSITIVE_INFINITY : now >= open.retryAt ? 1 : 0),
    broken: () => open,
    answered() {
      failures = 0;
      pauseMs = FIRST_PAUSE_MS;
      open = null;
    },
    failed(now) {
      failures += 1;
      if (failures === 1) firstFailureAt = now;
      if (open !== null) {
        // Calls that were in flight when it opened tell nothing new; only the one that tries does.
        if (now < open.retryAt) return;
        pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
        open = { since: open.since, retryAt: now + pauseMs };
      } else if (failures >= FAILURES && now - firstFailureAt >= SPAN_MS) {
        open = { since: now, retryAt: now + pauseMs };
      }
    },
  };
}
