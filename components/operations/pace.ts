/** Rates are taken over this long. */
const WINDOW_MS = 15_000;

/** How fast counts rise: tells a rate of what was finished lately, from counts as they come. */
export function createPace() {
  let samples: { atMs: number; count: number }[] = [];
  return {
    /** Takes a count in. A count that falls, as tiles are run again, begins anew. */
    note(count: number, atMs: number): void {
      const last = samples.at(-1);
      if (last && count < last.count) samples = [];
      samples = [...samples.filter((sample) => atMs - sample.atMs <= WINDOW_MS), { atMs, count }];
    },
    /** How many a second; null before there is a stretch to take it over. */
    perSecond(): number | null {
      const [first, last] = [samples[0], samples.at(-1)];
      if (!first || !last || last.atMs <= first.atMs) return null;
      return ((last.count - first.count) * 1000) / (last.atMs - first.atMs);
    },
  };
}
