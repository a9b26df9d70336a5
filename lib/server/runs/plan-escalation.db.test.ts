import { expect, it } from "vitest";
import { inTransaction, pool } from "#db/client.ts";
import { restoreFirstLooks } from "#db/queries/escalation.ts";
import { upsertModelLimit } from "#db/queries/limits.ts";
import { figuresOfRuns } from "#db/queries/run-list.ts";
import { findRun, type RunRow, setRunState } from "#db/queries/runs.ts";
import type { LookRecord } from "#db/queries/tile-looks.ts";
import { type ClaimedTile, releaseTile } from "#db/queries/tiles.ts";
import { runningRun } from "#db/run-fixtures.ts";
import { freshDatabase } from "#db/test-database.ts";
import { modelLimitSchema } from "#lib/core/api/runs.ts";
import { TICKET_VERSION } from "#lib/core/checkpoint.ts";
import type { Detection } from "#lib/core/detection/finding.ts";
import type { Budget } from "#lib/core/detection/run.ts";
import { escalationSettingsSchema } from "#lib/core/routing/escalation-settings.ts";
import { uuidv7 } from "#lib/uuid.ts";
import { claimWithinBudget } from "./budget.ts";
import { commitSecondLooks } from "./commit-second-looks.ts";
import { retryTiles } from "./control-run.ts";
import { decideNext } from "./decide-next.ts";
import { planEscalation } from "./plan-escalation.ts";

freshDatabase();

const [FIRST, STRONGER] = ["openai:small", "openai:large"];
const TILES = 20;

async function routedRun(more: { budget?: Budget } = {}): Promise<RunRow> {
  const { runId } = await runningRun(TILES, {
    model: FIRST,
    escalationModel: STRONGER,
    escalation: escalationSettingsSchema.parse({}),
    merge: { method: "nms", metric: "iou", threshold: 0.5 },
    ...more,
  });
  return runOf(runId);
}

async function runOf(id: string): Promise<RunRow> {
  const run = await findRun(pool(), id);
  if (!run) throw new Error("no run");
  return run;
}

const ticketOf = ({ id, pass }: RunRow) => ({ version: TICKET_VERSION, runId: id, pass, sequence: 1 });

function lookOf(role: "tile" | "escalation", more: Partial<LookRecord> = {}): LookRecord {
  const model = role === "tile" ? FIRST : STRONGER;
  const used = { calls: 1, inputTokens: 100, outputTokens: 20, cost: 0.01, modelMs: 1 };
  return {
    role,
    model,
    outcome: "answered",
    error: null,
    wording: "tile/1",
    prompt: "p",
    replies: ["{}"],
    ...used,
    ...more,
  };
}

async function answer(run: RunRow, tile: ClaimedTile, role: "tile" | "escalation", scores: number[]): Promise<void> {
  const look = lookOf(role);
  const detections = scores.map((score, at): Detection => ({ box: [tile.x + 10 * at, 0, 5, 5], score, label: role }));
  const findings = detections.map(({ box, label, score }) => ({
    id: uuidv7(),
    page: 0,
    box,
    label,
    score,
    review: "unreviewed" as const,
    version: 1,
  }));
  const { inputTokens, outputTokens, cost } = look;
  const times = { queueMs: 0, modelMs: 1, latencyMs: 1 };
  const result = { detections, findings, ...times, model: look.model, inputTokens, outputTokens, cost, look };
  const hold = { runId: run.id, index: tile.index, attempts: tile.attempts, worker: 1 };
  const finished = { imageId: run.imageId, hold, result, isSecondLook: role === "escalation" };
  expect(await inTransaction((client) => commitSecondLooks(client, [finished]))).toEqual([true]);
}

async function giveUp(run: RunRow, tile: ClaimedTile, look: LookRecord): Promise<void> {
  const hold = { runId: run.id, index: tile.index, attempts: tile.attempts, worker: 1 };
  const state = tile.kept === null ? "failed" : "done";
  const failure = {
    state,
    delayMs: 0,
    counts: true,
    throttled: false,
    error: "no",
    queueMs: 0,
    latencyMs: 1,
    look,
  } as const;
  expect(await releaseTile(pool(), run.imageId, hold, failure)).toBe(true);
}

/** First looks at all tiles: the first cannot be read, the next few are unsure, ever less, the others are sure. */
async function lookOnce(run: RunRow): Promise<void> {
  let claimed = 0;
  // A budget gives a few first, to learn what one costs.
  while (claimed < TILES) {
    const few = await claimWithinBudget(run, 1, TILES);
    claimed += few.length;
    await lookAt(run, few);
  }
}

async function lookAt(run: RunRow, tiles: readonly ClaimedTile[]): Promise<void> {
  for (const tile of tiles) {
    if (tile.index === 0)
      await giveUp(run, tile, lookOf("tile", { outcome: "unreadable", calls: 2, inputTokens: 200, outputTokens: 40 }));
    else if (tile.index < 8)
      await answer(run, tile, "tile", [...Array.from({ length: 8 - tile.index }, () => 0.5), 0.9]);
    else await answer(run, tile, "tile", [0.9]);
  }
}

const statesOf = async (run: RunRow): Promise<string[]> => {
  const { rows } = await pool().query<{ line: string }>(
    `SELECT index || ' ' || state || ' ' || coalesce(escalated, '-') AS line FROM tiles WHERE run_id = $1 AND escalated IS NOT NULL
      ORDER BY priority`,
    [run.id],
  );
  return rows.map(({ line }) => line);
};

it("sends the worst, a fifth at most, once all were looked at; what they had said is kept, and stands until it is replaced", async () => {
  const run = await routedRun();
  expect(await planEscalation(ticketOf(run))).toBeNull();
  await lookOnce(run);
  expect(await decideNext(ticketOf(run))).toEqual({ next: "escalate" });
  const plan = await planEscalation(ticketOf(run));
  expect(plan).toEqual({ qualified: { unreadable: 1, confidence: 7, density: 0, disagreement: 0 }, most: 4, sent: 4 });
  expect(await planEscalation(ticketOf(run))).toEqual(plan);
  expect(await statesOf(run)).toEqual([
    "0 pending unreadable",
    "1 pending confidence",
    "2 pending confidence",
    "3 pending confidence",
  ]);
  const kept = await pool().query(
    "SELECT index, jsonb_array_length(detections) AS count FROM tile_looks WHERE detections IS NOT NULL ORDER BY index",
  );
  expect(kept.rows).toEqual([
    { index: 1, count: 8 },
    { index: 2, count: 7 },
    { index: 3, count: 6 },
  ]);
  expect(await decideNext(ticketOf(run))).toEqual({ next: "group" });

  const found = async (index: number) => {
    const { rows } = await pool().query(
      `SELECT model_label AS label, review, count(*)::int AS count FROM findings
        WHERE run_id = $1 AND (x - (SELECT x FROM tiles WHERE run_id = $1 AND index = $2)) BETWEEN 0 AND 90 GROUP BY 1, 2 ORDER BY 1, 2`,
      [run.id, index],
    );
    return rows;
  };
  const decided =
    "UPDATE findings SET review = 'accepted' WHERE id = (SELECT min(id::text)::uuid FROM findings WHERE run_id = $1 AND members = '[[1, 0]]')";
  await pool().query(decided, [run.id]);
  const again = await claimWithinBudget(run, 1, 2, "escalation");
  expect(await found(1)).toEqual([
    { label: "tile", review: "accepted", count: 1 },
    { label: "tile", review: "unreviewed", count: 7 },
  ]);
  for (const tile of again) await answer(run, tile, "escalation", [0.9, 0.9]);
  expect(await found(1)).toEqual([
    { label: "escalation", review: "unreviewed", count: 2 },
    { label: "tile", review: "accepted", count: 1 },
  ]);
  expect(await found(2)).toEqual([{ label: "tile", review: "unreviewed", count: 7 }]);
  const { rows } = await pool().query(
    `SELECT jsonb_array_length(event->'removed') AS removed FROM outbox WHERE run_id = $1 AND event->>'kind' = 'findings'
      AND event->'removed' <> '[]'`,
    [run.id],
  );
  expect(rows).toEqual([{ removed: 7 }]);
});

it("goes to the stronger model alone, counts both, and ends with its answers or the first ones", async () => {
  const run = await routedRun();
  await lookOnce(run);
  await planEscalation(ticketOf(run));
  expect(await claimWithinBudget(run, 1, 9, "tile")).toEqual([]);
  const claimed = await claimWithinBudget(run, 1, 9, "escalation");
  expect(claimed.map(({ index, kept }) => [index, kept])).toEqual([
    [0, null],
    [1, 8],
    [2, 7],
    [3, 6],
  ]);
  const [unread, ...others] = claimed;
  if (unread) await answer(run, unread, "escalation", [0.9]);
  for (const tile of others) {
    if (tile.index === 3) await giveUp(run, tile, lookOf("escalation", { outcome: "unreadable" }));
    else await answer(run, tile, "escalation", [0.9, 0.9]);
  }
  expect(await decideNext(ticketOf(run))).toEqual({ next: "finish" });
  const figures = (await figuresOfRuns(pool(), [run.id])).get(run.id);
  expect(figures).toMatchObject({
    tiles: { done: 20, failed: 0, pending: 0 },
    tokens: { input: 2500, output: 500 },
    escalated: { unreadable: 1, confidence: 3 },
    models: [
      { role: "tile", model: FIRST, tiles: 17, calls: 21, tokens: { input: 2100, output: 420 } },
      { role: "escalation", model: STRONGER, tiles: 3, calls: 4, tokens: { input: 400, output: 80 } },
    ],
  });
  const fallen = await pool().query(
    "SELECT model, jsonb_array_length(detections) AS count FROM tiles WHERE run_id = $1 AND index = 3",
    [run.id],
  );
  expect(fallen.rows).toEqual([{ model: FIRST, count: 6 }]);
});

it("leaves to the first answers what the stronger model's share of a budget does not pay for", async () => {
  for (const model of [FIRST, STRONGER]) {
    await upsertModelLimit(pool(), model, modelLimitSchema.parse({ inputPrice: 1, outputPrice: 1 }));
  }
  const run = await routedRun({ budget: { calls: 100, tokens: 100_000 } });
  await lookOnce(run);
  expect(await planEscalation(ticketOf(run))).toMatchObject({ most: 4, sent: 4 });
  const [worst] = await claimWithinBudget(run, 1, 1, "escalation");
  // The stronger model turns out to write far more than was expected of it.
  if (worst) await giveUp(run, worst, lookOf("escalation", { outcome: "failed", inputTokens: 20_000 }));
  expect(await claimWithinBudget(run, 1, 9, "escalation")).toEqual([]);
  expect(await statesOf(run)).toEqual(["0 failed unreadable"]);
  expect(await decideNext(ticketOf(run))).toEqual({ next: "finish" });
});

it("chooses anew after a retry, also of a run that was cancelled in between", async () => {
  const run = await routedRun();
  await lookOnce(run);
  await planEscalation(ticketOf(run));
  await pool().query("UPDATE runs SET tiles_total = $2 WHERE id = $1", [run.id, TILES]);
  await setRunState(pool(), run.id, "cancelled", null);
  expect(await retryTiles(run.id, { tiles: [9] }, "test")).toBe(1);
  const again = await runOf(run.id);
  expect(again.escalation).toBeNull();
  expect(await statesOf(again)).toEqual([]);
  const [tile] = await claimWithinBudget(again, 1, 9);
  expect(tile?.index).toBe(9);
  if (tile) await answer(again, tile, "tile", [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]);
  await planEscalation(ticketOf(again));
  expect((await statesOf(again)).map((line) => line.split(" ")[0])).toEqual(["0", "9", "1", "2"]);
});

it("sends both tiles that show an object whole where one of them did not see it", async () => {
  const run = await routedRun();
  await pool().query("UPDATE tiles SET width = 200 WHERE run_id = $1", [run.id]);
  for (const tile of await claimWithinBudget(run, 1, TILES)) {
    // Where the third tile begins, the second shows it, too, and sees nothing there.
    await answer(run, tile, "tile", tile.index === 2 ? [0.9] : []);
  }
  expect(await planEscalation(ticketOf(run))).toMatchObject({ qualified: { disagreement: 2 }, sent: 2 });
  expect(await statesOf(run)).toEqual(["1 pending disagreement", "2 pending disagreement"]);
});

it("gives nothing back where nothing waits", async () => {
  const run = await routedRun();
  expect(await inTransaction((client) => restoreFirstLooks(client, run.id))).toEqual([]);
});
