import { pool } from "#db/client.ts";
import { nextDue } from "#db/queries/tile-counts.ts";
import type { ClaimedTile } from "#db/queries/tiles.ts";
import type { BatchTicket } from "#lib/core/checkpoint.ts";
import type { LookRole } from "#lib/core/detection/evidence.ts";
import { messageOf, TesseraError } from "#lib/core/errors.ts";
import { modelAtWork, roleAtWork } from "#lib/core/routing/model-at-work.ts";
import type { RegionReader } from "#lib/imaging/types.ts";
import type { TileModel } from "#lib/models/types.ts";
import { processWide } from "#lib/process-wide.ts";
import { pyramidReader } from "../images/pyramid-reader.ts";
import { priceOf } from "../limits/model-limits.ts";
import { openRun, type Permit, runUses, takePermits } from "../limits/permits.ts";
import { shareLimits } from "../limits/share-limits.ts";
import { log } from "../log/log.ts";
import { tileModelOf } from "../models.ts";
import { traced } from "../tracing/tracing.ts";
import { holdTile, tileLetGo } from "../workers/held-tiles.ts";
import { livingWorkers, workerId } from "../workers/worker.ts";
import { analyzeTile } from "./analyze-tile.ts";
import { claimWithinBudget } from "./budget.ts";
import { LANES_EACH } from "./claim-group.ts";
import { pauseRun } from "./control-run.ts";
import { isAboutRun, remedyOf } from "./remedy.ts";
import { contextOf, type RunContext } from "./run-context.ts";

/** A batch ends after this long, sooner where many runs or processes want their turn, so that priorities and caps take effect soon. */
const LONGEST_BATCH_MS = 10_000;
const SHORTEST_BATCH_MS = 1000;
/** Tiles that other processes have in hand are looked for this often. */
const OTHERS_MS = 1000;

/** `more`: the batch was used up; `empty`: no tile is left to start; `stop`: the run is not to be worked on under this ticket. */
export type BatchOutcome = { outcome: "more" | "empty" | "stop"; started: number };

type Lane = RunContext & {
  readers: ReadonlyMap<number, RegionReader>;
  /** First looks, or those of the stronger model: never both, as it comes when the others are done. */
  role: LookRole;
  model: TileModel;
  worker: number;
};

/**
 * Claims the next tiles and starts on them, as many at once as the limits allow. A tile that is started lives on by itself: this
 * process holds it, and everything is in the ledger by the time it counts as done, so that the step need not wait for its last
 * tiles. Where nothing is due just now, one batch of each process waits a while for what comes back.
 */
export async function analyzeBatch(ticket: BatchTicket): Promise<BatchOutcome> {
  const context = await contextOf(ticket);
  if (context?.run.state !== "running") return { outcome: "stop", started: 0 };
  const lane = await openLane(context);
  if (!lane) return { outcome: "stop", started: 0 };
  const leave = enterBatch(ticket.runId);
  try {
    return await startTiles(lane, ticket.most, performance.now() + batchMs(ticket.runId));
  } finally {
    leave();
  }
}

async function startTiles(lane: Lane, most: number, until: number): Promise<BatchOutcome> {
  const { run } = lane;
  let started = 0;
  while (started < most && performance.now() < until) {
    const permits = await takePermits(run.id, most - started, until - performance.now());
    if (permits.length === 0) break;
    const tiles = await claim(lane, permits);
    started += tiles.length;
    if (tiles.length < permits.length && !(await moreToCome(lane, until))) return { outcome: "empty", started };
  }
  return { outcome: "more", started };
}

/** Batches under way here, by run. */
function batchesHere(): Map<string, number> {
  return processWide("batches-here", () => new Map<string, number>());
}

function enterBatch(runId: string): () => void {
  const batches = batchesHere();
  batches.set(runId, (batches.get(runId) ?? 0) + 1);
  return () => {
    const left = (batches.get(runId) ?? 1) - 1;
    if (left > 0) batches.set(runId, left);
    else batches.delete(runId);
  };
}

function batchMs(runId: string): number {
  // Another process may have too few of the run's lanes: they are dealt anew until it has enough.
  if ((batchesHere().get(runId) ?? 0) > LANES_EACH && livingWorkers().length > 1) return SHORTEST_BATCH_MS;
  const waiting = runUses().filter((use) => use.waiting).length;
  return Math.max(SHORTEST_BATCH_MS, LONGEST_BATCH_MS / Math.max(1, waiting));
}

/** Model and pictures are opened before any tile is claimed: a wrong key or storage that is gone pauses the run and burns no tile. */
async function openLane(context: RunContext): Promise<Lane | null> {
  const { run } = context;
  try {
    const role = roleAtWork(run);
    const id = modelAtWork(run);
    const model = tileModelOf(id, await priceOf(id));
    const readers = await openReaders(context);
    if (openRun(run.id, model)) await shareLimits();
    return { ...context, readers, role, model, worker: workerId() };
  } catch (error) {
    if (!isAboutRun(error)) throw error;
    await pauseRun(run.id, { reason: remedyOf(error) });
    return null;
  }
}

async function openReaders({ run, image }: RunContext): Promise<Map<number, RegionReader>> {
  try {
    const opened = run.configuration.pages.map(async (page) => [page, await pyramidReader(image, page)] as const);
    return new Map(await Promise.all(opened));
  } catch (cause) {
    throw new TesseraError("storage-failed", `the picture cannot be read: ${messageOf(cause)}`, {
      remedy: "resume when its storage is back",
      cause,
    });
  }
}

/** Claims tiles for the permits and starts on them; permits that no tile is found for go back. */
async function claim(lane: Lane, permits: readonly Permit[]): Promise<ClaimedTile[]> {
  let tiles: ClaimedTile[] = [];
  try {
    tiles = await claimWithinBudget(lane.run, lane.worker, permits.length, lane.role);
  } finally {
    for (const permit of permits.slice(tiles.length)) permit.giveBack();
  }
  for (const [position, tile] of tiles.entries()) {
    const permit = permits[position];
    if (permit) void work(lane, tile, permit);
  }
  return tiles;
}

async function work(lane: Lane, tile: ClaimedTile, permit: Permit): Promise<void> {
  const { run, readers, role, model, worker } = lane;
  const letGo = holdTile(run.id, tile.index, tile.attempts);
  try {
    const hopeless = await traced(
      "tile",
      () => ({ attributes: { run: run.id, tile: tile.index, attempt: tile.attempts, model: model.id, worker } }),
      () => analyzeTile(lane, tile, { reader: readers.get(tile.page), role, model, worker, permit }),
    );
    if (hopeless !== null) await pauseRun(run.id, { reason: hopeless });
  } catch (err) {
    // The ledger still says that this process holds the tile; the janitor finds that it does not, and hands it back.
    log().warn({ run: run.id, tile: tile.index, attempt: tile.attempts, err }, "an attempt at a tile was lost");
  } finally {
    permit.end();
    letGo();
  }
}

/**
 * Nothing is due now. False: no tile of the run is left to start, or another batch of this process waits already. True: look again,
 * since a tile came back, became due, or `until` has passed.
 */
async function moreToCome({ run: { id: runId }, role }: Lane, until: number): Promise<boolean> {
  const waiting = processWide("batches-that-wait", () => new Set<string>());
  if (waiting.has(runId)) return false;
  waiting.add(runId);
  try {
    const next = await nextDue(pool(), runId, role);
    if (next.pending === 0 && next.running === 0) return false;
    const patience = Math.min(OTHERS_MS, next.dueMs ?? OTHERS_MS, until - performance.now());
    await tileLetGo(runId, Math.max(0, patience));
    return true;
  } finally {
    waiting.delete(runId);
  }
}
