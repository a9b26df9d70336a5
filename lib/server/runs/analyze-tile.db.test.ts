import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { pool } from "#db/client.ts";
import { findRun, findRunImage } from "#db/queries/runs.ts";
import { claimTiles } from "#db/queries/tiles.ts";
import { runningRun } from "#db/run-fixtures.ts";
import { freshDatabase } from "#db/test-database.ts";
import type { TileModel } from "#lib/models/types.ts";
import { openRun, type Permit } from "../limits/permits.ts";
import { analyzeTile } from "./analyze-tile.ts";
import { readTiles } from "./read-run.ts";

freshDatabase();

const QUEUED_MS = 300;
const AHEAD_MS = 1200;
const MODEL_MS = 120;

const model: TileModel = {
  id: "m:m",
  inputSide: 512,
  usefulConcurrency: 4,
  needsPixels: false,
  encode: async ({ width, height }) => ({
    bytes: new Uint8Array(),
    mediaType: "image/jpeg",
    width,
    height,
    read: { width, height },
  }),
  detect: async () => {
    await sleep(MODEL_MS);
    return { detections: [], usage: { inputTokens: 5, outputTokens: 1, cost: null } };
  },
};

/** A permit whose place in flight is free after a while. */
const permit: Permit = {
  turn: async () => {
    await sleep(AHEAD_MS);
    return true;
  },
  callStarts: () => undefined,
  callSucceeded: () => undefined,
  callFailed: () => undefined,
  end: () => undefined,
  giveBack: () => undefined,
};

it("counts all that a tile waited for its place as time in the queue, and the model's time apart", async () => {
  const retry = { attempts: 2, timeoutMs: 5000, backoffMs: 100 };
  const { runId } = await runningRun(1, { model: "m:m", classes: [], prompt: null, minScore: 0, retry });
  const run = await findRun(pool(), runId);
  const image = run && (await findRunImage(pool(), run.imageId));
  if (!image) throw new Error("no run");
  openRun(runId, model);
  await pool().query("UPDATE tiles SET due_at = now() - make_interval(secs => $2) WHERE run_id = $1", [
    runId,
    QUEUED_MS / 1000,
  ]);
  const [tile] = await claimTiles(pool(), { runId, pass: run.pass, worker: 1, count: 1 });
  if (!tile) throw new Error("no tile");
  expect(
    await analyzeTile({ run, image }, tile, { reader: undefined, role: "tile", model, worker: 1, permit }),
  ).toBeNull();

  const [done] = (await readTiles(runId, { limit: 1 })).items;
  expect(done).toMatchObject({ state: "done", attempts: 1 });
  // Due, but not claimed, then claimed ahead of its place: both are the queue's.
  expect(done?.queueMs).toBeGreaterThanOrEqual(QUEUED_MS + AHEAD_MS - 5);
  expect(done?.modelMs).toBeGreaterThanOrEqual(MODEL_MS - 5);
  expect(done?.modelMs).toBeLessThan(AHEAD_MS);
  // From its place in flight to the commit; what it waited is no part of it.
  expect(done?.latencyMs).toBeGreaterThanOrEqual(done?.modelMs ?? 0);
  expect(done?.latencyMs).toBeLessThan(AHEAD_MS);
});
