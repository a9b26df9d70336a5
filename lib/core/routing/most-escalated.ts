import type { Budget } from "../detection/run.ts";

/** What the first looks of a run came to. `price`: US dollars of one look of the stronger model, where it can be told. */
export type FirstLooks = {
  looked: number;
  /** Tiles that the stronger model was sent before, in an earlier pass. */
  sent: number;
  calls: number;
  tokens: number;
  cost: number;
  /** What a look of the stronger model is expected to use: what one of the tile model used; null: not known. */
  expected: { tokens: number; cost: number | null } | null;
};

/**
 * How many more tiles the stronger model may be sent: its share of the tiles that were looked at, and no more than its share of each budget
 * of the run, or what is left of it.
 */
export function mostEscalated(share: number, budget: Budget | null | undefined, first: FirstLooks): number {
  const { looked, sent, calls, tokens, cost, expected } = first;
  const part = (total: number, used: number, each: number | null | undefined): number =>
    each ? Math.floor(Math.min(share * total, total - used) / each) : Number.POSITIVE_INFINITY;
  const most = Math.min(
    Math.floor(share * looked),
    budget?.calls === undefined ? Number.POSITIVE_INFINITY : part(budget.calls, calls, 1),
    budget?.tokens === undefined ? Number.POSITIVE_INFINITY : part(budget.tokens, tokens, expected?.tokens),
    budget?.cost === undefined ? Number.POSITIVE_INFINITY : part(budget.cost, cost, expected?.cost),
  );
  return Math.max(0, most - sent);
}
