import type { PoolClient } from "pg";
import { inTransaction, pool } from "#db/client.ts";
import { restoreFirstLooks, spendingOfStronger } from "#db/queries/escalation.ts";
import { findRun, type RunRow } from "#db/queries/runs.ts";
import { type Spending, spendingOf } from "#db/queries/tile-counts.ts";
import { type ClaimedTile, claimTiles, skipPending } from "#db/queries/tiles.ts";
import type { LookRole } from "#lib/core/detection/evidence.ts";
import type { ModelUse } from "#lib/core/detection/image.ts";
import type { Budget } from "#lib/core/detection/run.ts";
import { wake } from "../events/outbox.ts";

/** So many calls are made before it is known what one costs. */
const FIRST_CALLS = 4;

/**
 * Claims up to `count` tiles of a run, as far as its budget goes; where it is used up, the tiles that are left are skipped. A budget
 * of calls is never exceeded, but for repairs of malformed replies; one of tokens or money by what was in flight at most.
 */
export async function claimWithinBudget(
  run: RunRow,
  worker: number,
  count: number,
  role: LookRole = "tile",
): Promise<ClaimedTile[]> {
  const claim = { runId: run.id, pass: run.pass, worker, count, role };
  const budget = leftAfter(run.configuration.budget, run.moderation?.usage);
  if (!budget || Object.keys(budget).length === 0) return claimTiles(pool(), claim);
  return inTransaction(async (client) => {
    // One claimer at a time: what two see left at once, both would spend.
    const current = await findRun(client, run.id, true);
    if (current?.pass !== run.pass || current.state !== "running") return [];
    const spent = await spendingOf(client, run.id);
    const affordable = callsLeft(budget, spent);
    if (role === "escalation") return claimWithinShare(client, run, claim, affordable);
    if (affordable > 0) return claimTiles(client, { ...claim, count: Math.min(count, affordable) });
    if (spent.running === 0 || !couldAfford(budget, spent)) {
      await skipPending(client, run.id, usedUp(run.configuration.budget ?? {}));
      wake();
    }
    return [];
  });
}

/**
 * Claims tiles for the stronger model, as far as its share of the budget goes, too. What is left when that is used up keeps what the tile
 * model said: the plan had counted on calls that cost less.
 */
async function claimWithinShare(
  client: PoolClient,
  run: RunRow,
  claim: Parameters<typeof claimTiles>[1],
  affordable: number,
): Promise<ClaimedTile[]> {
  const { budget, escalation } = run.configuration;
  const spent = await spendingOfStronger(client, run.id);
  const left = Math.min(affordable, budget && escalation ? callsLeft(partOf(budget, escalation.share), spent) : 0);
  if (left > 0) return claimTiles(client, { ...claim, count: Math.min(claim.count, left) });
  if (spent.running === 0) {
    await restoreFirstLooks(client, run.id);
    wake();
  }
  return [];
}

function partOf({ calls, tokens, cost }: Budget, share: number): Budget {
  return {
    ...(calls !== undefined && { calls: Math.floor(calls * share) }),
    ...(tokens !== undefined && { tokens: tokens * share }),
    ...(cost !== undefined && { cost: cost * share }),
  };
}

/**
 * Why the run has nothing left for its scene, in words; null where it has. What other scenes of it took before, and its own moderation, count. The
 * scene is one call, which is not cut off in the middle: it may go beyond what is left by itself.
 */
export async function noneLeftForScene(client: Pick<PoolClient, "query">, run: RunRow): Promise<string | null> {
  const whole = run.configuration.budget;
  const budget = leftAfter(leftAfter(whole, run.moderation?.usage), run.synthesis ?? undefined);
  if (!whole || !budget) return null;
  const { calls, tokens, cost } = await spendingOf(client, run.id);
  const isUsedUp =
    calls >= (budget.calls ?? Number.POSITIVE_INFINITY) ||
    tokens >= (budget.tokens ?? Number.POSITIVE_INFINITY) ||
    cost >= (budget.cost ?? Number.POSITIVE_INFINITY);
  return isUsedUp ? usedUp(whole) : null;
}

/** What is left of a budget beside calls that are no tile's; may be less than nothing. */
function leftAfter(budget: Budget | null | undefined, used: ModelUse | undefined): Budget | null {
  if (!budget || !used) return budget ?? null;
  const { calls, tokens, cost } = budget;
  return {
    ...(calls !== undefined && { calls: calls - used.calls }),
    ...(tokens !== undefined && { tokens: tokens - used.tokens.input - used.tokens.output }),
    ...(cost !== undefined && { cost: cost - (used.cost ?? 0) }),
  };
}

function usedUp(budget: Budget): string {
  return `the run's budget of ${describeBudget(budget)} is used up`;
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

type Spent = Pick<Spending, "calls" | "tokens" | "cost" | "done" | "running">;

/** How many calls may still be made, counting what is in flight at the mean of what is done. */
export function callsLeft(budget: Budget, spent: Spent): number {
  return Math.min(
    (budget.calls ?? Number.POSITIVE_INFINITY) - spent.calls,
    affordableBy(budget.tokens, spent.tokens, spent),
    affordableBy(budget.cost, spent.cost, spent),
  );
}

function affordableBy(total: number | undefined, used: number, { done, running }: Spent): number {
  if (total === undefined) return Number.POSITIVE_INFINITY;
  // What no answer came of may have used it up as well.
  if (used >= total) return 0;
  if (done === 0) return Math.max(0, FIRST_CALLS - running);
  const mean = used / done;
  return mean === 0 ? Number.POSITIVE_INFINITY : Math.ceil((total - used) / mean) - running;
}

/** Whether something would be left if all that is in flight came to nothing. */
function couldAfford(budget: Budget, spent: Spent): boolean {
  return callsLeft(budget, { ...spent, running: 0 }) > 0;
}
