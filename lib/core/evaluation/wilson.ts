/** A proportion with its 95 % interval; all 0…1. */
export type Proportion = { value: number; low: number; high: number };

/** The standard normal quantile of a two-sided 95 % interval. */
const Z = 1.959_963_984_540_054;

/**
 * The share of `right` among `all`, with its Wilson score interval (Wilson 1927; recommended for small counts by Brown, Cai & DasGupta
 * 2001). Null where nothing was counted.
 */
export function wilson(right: number, all: number): Proportion | null {
  if (all <= 0) return null;
  const value = right / all;
  const spread = Z * Math.sqrt((value * (1 - value)) / all + Z ** 2 / (4 * all ** 2));
  const scale = 1 + Z ** 2 / all;
  const middle = value + Z ** 2 / (2 * all);
  // At 0 and 1 rounding alone would put a bound a hair beyond the share itself.
  const low = Math.min(value, Math.max(0, (middle - spread) / scale));
  return { value, low, high: Math.max(value, Math.min(1, (middle + spread) / scale)) };
}

/** How many more must be counted until the interval is no wider than `margin` to either side, should the share stay what it is. */
export function moreForMargin(right: number, all: number, margin: number): number {
  // Nothing is known of the share yet: the widest interval is that of one half.
  const share = all > 0 ? right / all : 0.5;
  const isNarrow = (count: number): boolean => {
    const at = wilson(share * count, count);
    return at !== null && (at.high - at.low) / 2 <= margin;
  };
  let [below, enough] = [0, 1];
  while (!isNarrow(enough)) [below, enough] = [enough, enough * 2];
  while (enough - below > 1) {
    const middle = Math.floor((below + enough) / 2);
    if (isNarrow(middle)) enough = middle;
    else below = middle;
  }
  return Math.max(0, enough - all);
}
