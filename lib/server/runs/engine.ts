import { pool } from "#db/client.ts";
import { noteIngestWorkflow, takeImagesToIngest } from "#db/queries/ingest.ts";
import { activeCaps, findStrandedRuns, noteWorkflowRun, startNewPass, takeRunsToStart } from "#db/queries/runs.ts";
import { giveBackStarts } from "#db/queries/workers.ts";
import type { ImageTicket, RunTicket } from "#lib/core/checkpoint.ts";
import { processWide } from "#lib/process-wide.ts";
import { subscribe } from "../events/hub.ts";
import { abortRun, forgetRun, runsWithSlots, setCapacity } from "../limits/run-slots.ts";
import { cleanScratch } from "../storage.ts";
import { releaseForgottenTiles } from "../workers/held-tiles.ts";
import { cleanUpAfterDead, shareOfCap, startWorker, stopWorker, workerId } from "../workers/worker.ts";

/** Twice a second at least, caps are read anew; a change made in this process is effective at once. */
const CAPS_MS = 400;
const JANITOR_MS = 3000;
const STRANDED_GRACE_SECONDS = 10;

/** How workflows are started: given by the bundle that knows them. */
export type WorkflowStarters = {
  startRun(ticket: RunTicket): Promise<string>;
  startIngest(ticket: ImageTicket): Promise<string>;
};

type Engine = {
  timers: NodeJS.Timeout[];
  dispatching: boolean;
  again: boolean;
  interrupted: boolean;
  stopped: boolean;
};

function engine(): Engine {
  return processWide("engine", () => ({
    timers: [],
    dispatching: false,
    again: false,
    interrupted: false,
    stopped: false,
  }));
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
  const dispatchNow = (): void => void dispatch(self, starters);
  await subscribe((rows) => {
    if (rows.some((row) => changes(row.event, ["run", "limit"]))) void refreshCaps();
    if (rows.some((row) => changes(row.event, ["run", "image"]))) dispatchNow();
  });
  self.timers.push(setInterval(() => void refreshCaps(), CAPS_MS));
  self.timers.push(setInterval(() => void janitor(self, starters), JANITOR_MS));
  dispatchNow();
}

/** Stops dispatching and gives the worker's lock back; what is in flight ends with the process. */
export async function stopEngine(): Promise<void> {
  const self = engine();
  self.stopped = true;
  for (const timer of self.timers) clearInterval(timer);
  for (const runId of runsWithSlots()) setCapacity(runId, 0);
  await stopWorker();
}

async function dispatch(self: Engine, starters: WorkflowStarters): Promise<void> {
  if (self.dispatching) {
    self.again = true;
    return;
  }
  self.dispatching = true;
  try {
    do {
      self.again = false;
      const worker = workerId();
      if (self.interrupted) await giveBackStarts(pool(), worker);
      self.interrupted = false;
      for (const image of await takeImagesToIngest(pool(), worker)) {
        await noteIngestWorkflow(pool(), image, await starters.startIngest({ version: 1, imageId: image }));
      }
      for (const { id, pass } of await takeRunsToStart(pool(), worker)) {
        await noteWorkflowRun(pool(), id, pass, await starters.startRun({ version: 1, runId: id, pass, sequence: 0 }));
      }
    } while (self.again && !self.stopped);
  } catch {
    // The database is away or this process is not registered just now: the janitor's next round dispatches again, and first
    // gives back what this one had taken and did not come to start.
    self.interrupted = true;
  } finally {
    self.dispatching = false;
  }
}

function changes(event: unknown, kinds: readonly string[]): boolean {
  return typeof event === "object" && event !== null && "kind" in event && kinds.includes(String(event.kind));
}

async function refreshCaps(): Promise<void> {
  const known = runsWithSlots();
  if (known.length === 0) return;
  try {
    const active = new Map((await activeCaps(pool())).map((run) => [run.id, run]));
    for (const runId of known) {
      const run = active.get(runId);
      if (run) setCapacity(runId, run.state === "running" ? shareOfCap(run.concurrency) : 0);
      else await retire(runId);
    }
  } catch {
    // The database is away: capacities stay as they are until it is back.
  }
}

async function retire(runId: string): Promise<void> {
  const { rows } = await pool().query<{ state: string }>("SELECT state FROM runs WHERE id = $1", [runId]);
  if (rows[0]?.state === "cancelled" || rows.length === 0) abortRun(runId);
  else forgetRun(runId);
}

async function janitor(self: Engine, starters: WorkflowStarters): Promise<void> {
  try {
    await cleanUpAfterDead();
    await releaseForgottenTiles();
    for (const runId of await findStrandedRuns(pool(), STRANDED_GRACE_SECONDS)) await startNewPass(pool(), runId);
    await dispatch(self, starters);
  } catch {
    // The database is away: the next round finds the same work.
  }
}
