/** The pace is that of so many things of late. */
const OF_LATE = 16;

/** How fast something happens of late. Times are milliseconds of a clock that never goes back. */
export type Pace = {
  happened(now: number): void;
  /** Happenings per millisecond, of the last 16 until now; 0 before there were as many. */
  perMs(now: number): number;
};

/** A pace that nothing has set yet. It falls by itself while nothing happens. */
export function pace(): Pace {
  const times: number[] = [];
  let next = 0;
  return {
    happened(now) {
      times[next] = now;
      next = (next + 1) % OF_LATE;
    },
    perMs(now) {
      const oldest = times[next];
      return times.length < OF_LATE || oldest === undefined ? 0 : OF_LATE / Math.max(1, now - oldest);
    },
  };
}
