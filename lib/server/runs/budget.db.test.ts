import { describe, expect, it } from "vitest";
import { pool } from "#db/client.ts";
import { findRun, type RunRow } from "#db/queries/runs.ts";
import { countTiles } from "#db/queries/tile-counts.ts";
import { type ClaimedTile, commitTiles } from "#db/queries/tiles.ts";
import { runningRun } from "#db/run-fixtures.ts";
import { freshDatabase } from "#db/test-database.ts";
import type { Budget } from "#lib/core/detection/run.ts";
import { callsLeft, claimWithinBudget } from "./budget.ts";

freshDatabase();

async function runWith(budget: Budget): Promise<RunRow> {
  const { runId } = await runningRun(20, { budget });
  const run = await findRun(pool(), runId);
  if (!run) throw new Error("no run");
  return run;
}

async function finish(run: RunRow, tiles: readonly ClaimedTile[], cost: number): Promise<void> {
  for (const { index, attempts } of tiles) {
    const usage = { queueMs: 0, modelMs: 1, latencyMs: 1, model: "m:m", inputTokens: 80, outputTokens: 20, cost };
    const hold = { runId: run.id, index, attempts, worker: 1 };
    await commitTiles(pool(), [{ imageId: run.imageId, hold, result: { detections: [], findings: [], ...usage } }]);
  }
}

describe("a budget", () => {
  it("of calls is never exceeded, whoever claims at once, and what it leaves is skipped with the reason", async () => {
    const run = await runWith({ calls: 7 });
    const claims = await Promise.all(Array.from({ length: 6 }, () => claimWithinBudget(run, 1, 3)));
    const claimed = claims.flat();
    expect(claimed).toHaveLength(7);
    await finish(run, claimed, 0);
    expect(await claimWithinBudget(run, 1, 3)).toEqual([]);
    expect(await countTiles(pool(), run.id)).toMatchObject({ done: 7, pending: 0, skipped: 13 });
    const { rows } = await pool().query("SELECT DISTINCT error FROM tiles WHERE run_id = $1 AND state = 'skipped'", [
      run.id,
    ]);
    expect(rows).toEqual([{ error: "the run's budget of 7 calls is used up" }]);
    const told = await pool().query(
      "SELECT count(*)::int FROM outbox WHERE run_id = $1 AND event->>'state' = 'skipped'",
      [run.id],
    );
    expect(told.rows).toEqual([{ count: 13 }]);
  });

  it.each([
    ["tokens", { tokens: 600 }],
    ["money", { cost: 0.6 }],
  ] satisfies [string, Budget][])("of %s stops within what was in flight", async (_name, budget) => {
    const run = await runWith(budget);
    for (let round = 0; round < 12; round += 1) await finish(run, await claimWithinBudget(run, 1, 4), 0.1);
    const { done, pending, skipped } = await countTiles(pool(), run.id);
    expect(done).toBeGreaterThanOrEqual(6);
    expect(done).toBeLessThanOrEqual(8);
    expect({ pending, skipped }).toEqual({ pending: 0, skipped: 20 - done });
  });

  it("waits for what is in flight before it says that nothing is left", () => {
    const spent = { calls: 5, tokens: 500, cost: 0, done: 5, running: 1 };
    expect(callsLeft({ tokens: 600 }, spent)).toBe(0);
    expect(callsLeft({ tokens: 600 }, { ...spent, running: 0 })).toBe(1);
  });
});
