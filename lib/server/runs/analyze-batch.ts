import { pool } from "#db/client.ts";
import { type ClaimedTile, claimTiles } from "#db/queries/tiles.ts";
import type { RunTicket } from "#lib/core/checkpoint.ts";
import { messageOf, TesseraError } from "#lib/core/errors.ts";
import type { RegionReader } from "#lib/imaging/types.ts";
import { pyramidReader } from "../images/pyramid-reader.ts";
import { giveSlots, runSignal, setCapacity, takeSlots } from "../limits/run-slots.ts";
import { tileModelOf } from "../models.ts";
import { holdTile } from "../workers/held-tiles.ts";
import { shareOfCap, workerId } from "../workers/worker.ts";
import { analyzeTile } from "./analyze-tile.ts";
import { pauseRun } from "./control-run.ts";
import { contextOf, type RunContext } from "./run-context.ts";

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
  const readers = await openReaders(context).catch((error: unknown) => messageOf(error));
  if (typeof readers === "string") {
    await pauseRun(run.id, `the picture cannot be read: ${readers}; resume when its storage is back`);
    return { outcome: "stop", ...tally };
  }
  const model = tileModelOf(run.configuration.model);
  const worker = workerId();
  const cancelled = runSignal(run.id);
  const deadline = Date.now() + BATCH_MS;
  const inFlight = new Set<Promise<void>>();
  let claimed = 0;
  let fatal: string | null = null;

  const work = async (tile: ClaimedTile): Promise<void> => {
    const letGo = holdTile(run.id, tile.index, tile.attempts);
    try {
      const reader = readers.get(tile.page);
      if (!reader)
        throw new TesseraError("internal", `tile ${tile.index} is on page ${tile.page}, which the run has not`);
      const outcome = await analyzeTile(context, tile, { reader, model, worker }, cancelled);
      if (outcome.kind === "done") tally.done += 1;
      if (outcome.kind === "failed") tally.failed += 1;
      if (outcome.kind === "run-fatal") fatal = outcome.reason;
    } finally {
      letGo();
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

/** Readers of the run's pages, opened before any tile is claimed: storage that is gone pauses the run and burns no tile. */
async function openReaders({ run, image }: RunContext): Promise<Map<number, RegionReader>> {
  const opened = run.configuration.pages.map(async (page) => [page, await pyramidReader(image, page)] as const);
  return new Map(await Promise.all(opened));
}

/** Waits for all tiles in flight; a failure of the database is thrown only once none is in flight any more. */
async function settle(inFlight: ReadonlySet<Promise<void>>): Promise<void> {
  const results = await Promise.allSettled([...inFlight]);
  const failed = results.find((result) => result.status === "rejected");
  if (failed) throw failed.reason;
}
