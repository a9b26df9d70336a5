import { MOST_AT_ONCE } from "#lib/core/detection/run.ts";

/** Up to here one by one; above, so many stops each time the cap doubles. */
const SINGLE_UP_TO = 16;
const STOPS_A_DOUBLING = 8;

/** Stops of the slider for tiles at once: fine where one more matters, then ever farther apart, up to the most there can be. */
export const CAP_STOPS: readonly number[] = [
  ...Array.from({ length: SINGLE_UP_TO }, (_, index) => index + 1),
  ...Array.from({ length: Math.log2(MOST_AT_ONCE / SINGLE_UP_TO) * STOPS_A_DOUBLING }, (_, index) =>
    Math.round(SINGLE_UP_TO * 2 ** ((index + 1) / STOPS_A_DOUBLING)),
  ),
];

/** The stop nearest to a cap, below it where two are as near. */
export function stopOf(cap: number): number {
  let best = 0;
  for (const [index, stop] of CAP_STOPS.entries()) {
    if (Math.abs(stop - cap) < Math.abs((CAP_STOPS[best] ?? 0) - cap)) best = index;
  }
  return best;
}
