import { pool } from "#db/client.ts";
import { claimTiles } from "#db/queries/tiles.ts";
import type { RunTicket } from "#lib/core/checkpoint.ts";
import { pyramidReader } from "../images/pyramid-reader.ts";
import { giveSlots, runSignal, setCapacity, takeSlots } from "../limits/run-slots.ts";
import { tileModelOf } from "../models.ts";
import { shareOfCap, workerId } from "../workers/worker.ts";
import { analyzeTile, type TileTools } from "./analyze-tile.ts";
import { pauseRun } from "./control-run.ts";
import { contextOf } from "./run-context.ts";

/** A batch takes at most this many tiles, and no new ones after this long, so that priorities and caps take effect soon. */
const BATCH_TILES = 64;
const BATCH_MS = 10_000;

/** `more`: the batch was used up; `empty`: no tile is due; `stop`: the run is not to be worked on under this ticket. */
export type BatchOutcome = { outcome: "more" | "empty" | "stop"; done: number; failed: number };

/**
 * Claims the next tiles and works through them with as many in flight as the run's cap allows. Everything is in the ledger by
 * the time a tile counts as done, so the step's own result is only how it went.
 */
export async function analyzeBatch(ticket: RunTicket): Promise<BatchOutcome> {
  const tally = { done: 0, failed: 0 };
  const context = await contextOf(ticket);
  if (context?.run.state !== "running") return { outcome: "stop", ...tally };
  const { run } = context;
  setCapacity(run.id, shareOfCap(run.concurrency));
  const model = tileModelOf(run.configuration.model);
  const worker = workerId();
  const cancelled = runSignal(run.id);
  const deadline = Date.now() + BATCH_MS;
  const inFlight = new Set<Promise<void>>();
  let claimed = 0;
  let fatal: string | null = null;

  const work = async (tile: Awaited<ReturnType<typeof claimTiles>>[number]): Promise<void> => {
    try {
      const tools: TileTools = { reader: await pyramidReader(context.image, tile.page), model, worker };
      const outcome = await analyzeTile(context, tile, tools, cancelled);
      if (outcome.kind === "done") tally.done += 1;
      if (outcome.kind === "failed") tally.failed += 1;
      if (outcome.kind === "run-fatal") fatal = outcome.reason;
    } finally {
      giveSlots(run.id, 1);
    }
  };

  let exhausted = false;
  while (claimed < BATCH_TILES && fatal === null && !cancelled.aborted) {
    const remaining = deadline - Date.now();
    if (remaining <= 0) break;
    const slots = await takeSlots(run.id, BATCH_TILES - claimed, remaining);
    if (slots === 0) break;
    const tiles = await claimTiles(pool(), { runId: run.id, pass: run.pass, worker, count: slots });
    giveSlots(run.id, slots - tiles.length);
    claimed += tiles.length;
    for (const tile of tiles) {
      const promise = work(tile).finally(() => inFlight.delete(promise));
      inFlight.add(promise);
    }
    if (tiles.length < slots) {
      exhausted = true;
      break;
    }
  }
  await settle(inFlight);
  if (fatal !== null) {
    await pauseRun(run.id, fatal);
    return { outcome: "stop", ...tally };
  }
  return { outcome: exhausted ? "empty" : "more", ...tally };
}

/** Waits for all tiles in flight; a failure of the database is thrown only once none is in flight any more. */
async function settle(inFlight: ReadonlySet<Promise<void>>): Promise<void> {
  const results = await Promise.allSettled([...inFlight]);
  const failed = results.find((result) => result.status === "rejected");
  if (failed) throw failed.reason;
}
