/** Starts go out at most this many times as fast as they would if they were spread evenly over a round trip. */
const FASTER = 1.5;
/** So many may always start at once. */
const BURST = 16;

/** What limits the starts: how many may be in flight, and how long a call takes of late, in milliseconds. */
type Pipe = { places: number; roundTripMs: number };

/** Spreads starts over time. Times are milliseconds of a clock that never goes back. */
export type Pacing = {
  /** How many may start now. */
  allows(now: number, pipe: Pipe): number;
  started(): void;
};

/**
 * Pacing as in TCP (Aggarwal, Savage & Anderson 2000): hundreds of calls that started at once would end at once, and be replaced at
 * once, again and again; the work around them would come in waves, and the places stay empty meanwhile. A token bucket.
 */
export function pacing(): Pacing {
  let tokens = BURST;
  let filledAt = 0;
  return {
    allows(now, { places, roundTripMs }) {
      const filled = ((now - filledAt) * FASTER * places) / Math.max(1, roundTripMs);
      tokens = Math.min(BURST, tokens + filled);
      filledAt = now;
      return Math.floor(tokens);
    },
    started() {
      tokens -= 1;
    },
  };
}
