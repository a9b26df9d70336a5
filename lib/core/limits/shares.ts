/** What one holder of a shared limit has, and how many it could use. */
export type Holder = { share: number; wanted: number };

/**
 * Divides `total` among holders: nobody gets more than wanted, and what one leaves goes to the others (max–min fairness). What does
 * not divide goes one each to the first. Whole numbers; their sum is the smaller of `total` and all that is wanted.
 */
export function divideFairly(total: number, wanted: readonly number[]): number[] {
  const given = wanted.map(() => 0);
  let left = Math.max(0, Math.floor(total));
  let hungry = wanted.flatMap((want, index) => (want > 0 ? [index] : []));
  while (left > 0 && hungry.length > 0) {
    const each = Math.max(1, Math.floor(left / hungry.length));
    for (const index of hungry) {
      const more = Math.min(each, left, (wanted[index] ?? 0) - (given[index] ?? 0));
      given[index] = (given[index] ?? 0) + more;
      left -= more;
    }
    hungry = hungry.filter((index) => (given[index] ?? 0) < (wanted[index] ?? 0));
  }
  return given;
}

/**
 * The next share of holder `self` of a limit: its fair part, as far as it is not held by others. Where every holder follows it, one at
 * a time, and counts as its share also what it still has in flight beyond, the shares never sum to more than the limit, but for
 * what was in flight when it was lowered.
 */
export function nextShare(limit: number, holders: readonly Holder[], self: number): number {
  const fair = divideFairly(
    limit,
    holders.map((holder) => holder.wanted),
  )[self];
  const others = holders.reduce((sum, holder, index) => (index === self ? sum : sum + holder.share), 0);
  return Math.min(fair ?? 0, Math.max(0, limit - others));
}
