import { pool } from "#db/client.ts";
import { noteIngestWorkflow, restartLostIngests, takeImagesToIngest } from "#db/queries/ingest.ts";
import { findRun, findStrandedRuns, noteWorkflowRun, startNewPass, takeRunsToStart } from "#db/queries/runs.ts";
import { giveBackStarts, queueIsBusy } from "#db/queries/workers.ts";
import { type ImageTicket, type RunTicket, TICKET_VERSION } from "#lib/core/checkpoint.ts";
import { providerOf } from "#lib/models/registry.ts";
import { oneAtATime } from "#lib/one-at-a-time.ts";
import { processWide } from "#lib/process-wide.ts";
import { subscribe } from "../events/hub.ts";
import { expireExports } from "../exports/export-jobs.ts";
import { startExportWriter, stopExportWriter, wakeExports } from "../exports/write-exports.ts";
import { modelState } from "../limits/model-permits.ts";
import { abortRun, closePermits, forgetRun, runUses } from "../limits/permits.ts";
import { shareLimits } from "../limits/share-limits.ts";
import { log } from "../log/log.ts";
import { instruments } from "../metrics/instruments.ts";
import { cleanScratch } from "../storage.ts";
import { expireUploads } from "../uploads/expiry.ts";
import { allTilesLetGo, releaseForgottenTiles } from "../workers/held-tiles.ts";
import { cleanUpAfterDead, startWorker, stopWorker, workerId } from "../workers/worker.ts";
import { pauseRun } from "./control-run.ts";

/** A few times a second limits are shared anew, and at once where an event says that one has changed. */
const LIMITS_MS = 250;
const JANITOR_MS = 3000;
const EXPIRY_ROUND_MS = 600_000;
/** A chain that has ended is given this long to go on. */
const CHAIN_GRACE_SECONDS = 10;
/**
 * One of which nothing is heard, this long: longer than a durable sleep takes, and short enough for a run to go on within 45 s whatever a
 * kill has cost the queue. Where the queue has more to do than it can, and work waits its turn, a chain may be silent for longer.
 */
const SILENCE_SECONDS = { idle: 35, busy: 300 };
/** A provider that has not answered for this long pauses the runs that wait for it. */
const PROVIDER_AWAY_MS = 180_000;
/** What is in flight when the process is asked to end may take this long; what is not done then is handed back. */
const DRAIN_MS = 7000;
const HAND_BACK_MS = 2000;

/** How workflows are started: given by the bundle that knows them. */
export type WorkflowStarters = {
  startRun(ticket: RunTicket): Promise<string>;
  startIngest(ticket: ImageTicket): Promise<string>;
};

type Engine = {
  timers: NodeJS.Timeout[];
  /** The last round took runs or images and did not come to start them. */
  interrupted: boolean;
  /** Since when this process has had the database, by `performance.now()`: what was silent before may only have waited for it. */
  since: number;
  stopped: boolean;
};

function engine(): Engine {
  return processWide("engine", () => ({ timers: [], interrupted: false, since: performance.now(), stopped: false }));
}

/**
 * Registers this process as a worker and frees what a dead one left. To be called before the workflow world starts, so that the
 * world finds its queue free.
 */
export async function prepareEngine(): Promise<void> {
  await cleanScratch();
  await startWorker();
}

/** Starts dispatching: queued runs and new images get their workflows, caps are followed, the dead are cleaned up after. */
export async function startEngine(starters: WorkflowStarters): Promise<void> {
  const self = engine();
  const dispatch = oneAtATime(() => dispatchRound(self, starters));
  const followLimits = oneAtATime(() => limitsRound(self));
  await subscribe((rows) => {
    if (rows.some((row) => changes(row.event, ["run", "limit"]))) void followLimits();
    if (rows.some((row) => changes(row.event, ["run", "image"]))) void dispatch();
  });
  self.timers.push(setInterval(() => void followLimits(), LIMITS_MS));
  self.timers.push(setInterval(() => void janitor(self, dispatch), JANITOR_MS));
  // What fails is found again by the next round.
  const expire = (): void => {
    for (const each of [expireUploads, expireExports]) void each().catch(() => undefined);
  };
  self.timers.push(setInterval(expire, EXPIRY_ROUND_MS));
  expire();
  void dispatch();
  startExportWriter();
}

/**
 * Stops dispatching and drains: nothing new starts, tiles in flight finish or are handed back within ten seconds. Gives the worker's
 * lock back.
 */
export async function stopEngine(): Promise<void> {
  const self = engine();
  self.stopped = true;
  for (const timer of self.timers) clearInterval(timer);
  closePermits();
  await stopExportWriter();
  if (!(await allTilesLetGo(DRAIN_MS))) {
    for (const { runId } of runUses()) abortRun(runId);
    await allTilesLetGo(HAND_BACK_MS);
  }
  await stopWorker();
}

async function dispatchRound(self: Engine, starters: WorkflowStarters): Promise<void> {
  if (self.stopped) return;
  try {
    const worker = workerId();
    if (self.interrupted) await giveBackStarts(pool(), worker);
    self.interrupted = false;
    for (const image of await takeImagesToIngest(pool(), worker)) {
      await noteIngestWorkflow(pool(), image, await starters.startIngest({ version: 1, imageId: image }));
    }
    for (const { id, pass } of await takeRunsToStart(pool(), worker)) {
      const ticket = { version: TICKET_VERSION, runId: id, pass, sequence: 0 };
      await noteWorkflowRun(pool(), id, pass, await starters.startRun(ticket));
    }
  } catch (err) {
    log().warn({ err }, "a round of starting work broke off");
    // The database is away or this process is not registered just now: the janitor's next round dispatches again, and first
    // gives back what this one had taken and did not come to start.
    self.interrupted = true;
  }
}

function changes(event: unknown, kinds: readonly string[]): boolean {
  return typeof event === "object" && event !== null && "kind" in event && kinds.includes(String(event.kind));
}

async function limitsRound(self: Engine): Promise<void> {
  if (self.stopped) return;
  try {
    for (const runId of await shareLimits()) await retire(runId);
  } catch (err) {
    log().debug({ err }, "a round of sharing limits broke off");
    // The database is away: shares stay as they are until it is back.
  }
}

/** A run that is not active any more: what is in flight of a cancelled one is aborted. */
async function retire(runId: string): Promise<void> {
  const run = await findRun(pool(), runId);
  if (!run || run.state === "cancelled") abortRun(runId);
  else forgetRun(runId);
}

/** Runs whose provider has been away for long are paused, with the reason, instead of waiting for ever. */
async function pauseHopeless(): Promise<void> {
  for (const { runId, model } of runUses()) {
    const state = modelState(model);
    if (!state || state.brokenForMs < PROVIDER_AWAY_MS) continue;
    const minutes = Math.floor(state.brokenForMs / 60_000);
    const reason = `${providerOf(model)} has not answered for ${minutes} minutes: resume when it is back`;
    await pauseRun(runId, { reason });
    instruments().janitor.inc({ action: "provider-away" });
    log().warn({ run: runId, model, awayMs: Math.round(state.brokenForMs) }, "paused a run whose provider is away");
  }
}

/** Runs whose chain has ended, or is lost, go on in a new pass; images whose ingest is lost are ingested anew. */
async function takeUpStranded(self: Engine): Promise<void> {
  const isBusy = await queueIsBusy(pool());
  const silenceSeconds = isBusy ? SILENCE_SECONDS.busy : SILENCE_SECONDS.idle;
  const hasListened = performance.now() - self.since >= silenceSeconds * 1000;
  const stranded = await findStrandedRuns(pool(), {
    graceSeconds: CHAIN_GRACE_SECONDS,
    silenceSeconds: hasListened ? silenceSeconds : null,
  });
  for (const runId of stranded) {
    await startNewPass(pool(), runId);
    instruments().janitor.inc({ action: "new-pass" });
    log().warn({ run: runId }, "started a new pass of a run whose chain had ended");
  }
  // Thousands of images may wait their turn for hours.
  for (const imageId of hasListened && !isBusy ? await restartLostIngests(pool(), silenceSeconds) : []) {
    instruments().janitor.inc({ action: "new-ingest" });
    log().warn({ image: imageId }, "started the ingest of an image anew that was lost");
  }
}

async function janitor(self: Engine, dispatch: () => Promise<void>): Promise<void> {
  try {
    await cleanUpAfterDead();
    await releaseForgottenTiles();
    await pauseHopeless();
    await takeUpStranded(self);
    wakeExports();
    await dispatch();
  } catch (err) {
    log().warn({ err }, "a round of the janitor broke off");
    // The database is away: the next round finds the same work.
    self.since = performance.now();
  }
}
