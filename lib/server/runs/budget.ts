import { inTransaction, pool } from "#db/client.ts";
import { findRun, type RunRow } from "#db/queries/runs.ts";
import { type Spending, spendingOf } from "#db/queries/tile-counts.ts";
import { type ClaimedTile, claimTiles, skipPending } from "#db/queries/tiles.ts";
import type { Budget } from "#lib/core/detection/run.ts";
import { wake } from "../events/outbox.ts";

/** So many calls are made before it is known what one costs. */
const FIRST_CALLS = 4;

/**
 * Claims up to `count` tiles of a run, as far as its budget goes; where it is used up, the tiles that are left are skipped. A budget
 * of calls is never exceeded, but for repairs of malformed replies; one of tokens or money by what was in flight at most.
 */
export async function claimWithinBudget(run: RunRow, worker: number, count: number): Promise<ClaimedTile[]> {
  const claim = { runId: run.id, pass: run.pass, worker, count };
  const budget = run.configuration.budget;
  if (!budget || Object.keys(budget).length === 0) return claimTiles(pool(), claim);
  return inTransaction(async (client) => {
    // One claimer at a time: what two see left at once, both would spend.
    const current = await findRun(client, run.id, true);
    if (current?.pass !== run.pass || current.state !== "running") return [];
    const spent = await spendingOf(client, run.id);
    const affordable = callsLeft(budget, spent);
    if (affordable > 0) return claimTiles(client, { ...claim, count: Math.min(count, affordable) });
    if (spent.running === 0 || !couldAfford(budget, spent)) {
      await skipPending(client, run.id, `the run's budget of ${describeBudget(budget)} is used up`);
      wake();
    }
    return [];
  });
}

/** A budget in words: `100 calls, 2.50 US$`. */
function describeBudget({ calls, tokens, cost }: Budget): string {
  const parts = [
    calls === undefined ? null : `${calls} calls`,
    tokens === undefined ? null : `${tokens} tokens`,
    cost === undefined ? null : `${cost.toFixed(2)} US$`,
  ];
  return parts.filter((part) => part !== null).join(", ");
}

/** How many calls may still be made, counting what is in flight at the mean of what is done. */
export function callsLeft(budget: Budget, spent: Spending): number {
  return Math.min(
    (budget.calls ?? Number.POSITIVE_INFINITY) - spent.calls,
    affordableBy(budget.tokens, spent.tokens, spent),
    affordableBy(budget.cost, spent.cost, spent),
  );
}

function affordableBy(total: number | undefined, used: number, { done, running }: Spending): number {
  if (total === undefined) return Number.POSITIVE_INFINITY;
  if (done === 0) return Math.max(0, FIRST_CALLS - running);
  const mean = used / done;
  return mean === 0 ? Number.POSITIVE_INFINITY : Math.ceil((total - used) / mean) - running;
}

/** Whether something would be left if all that is in flight came to nothing. */
function couldAfford(budget: Budget, spent: Spending): boolean {
  return callsLeft(budget, { ...spent, running: 0 }) > 0;
}
