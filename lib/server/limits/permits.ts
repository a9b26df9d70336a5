import type { ObservedCall } from "#lib/core/limits/adaptive-limit.ts";
import { processWide } from "#lib/process-wide.ts";
import {
  allModels,
  bookTokens,
  freeOf,
  learn,
  limitOf,
  type ModelPermits,
  modelOf,
  openModel,
} from "./model-permits.ts";

/**
 * Who may have how many tiles in flight in this process. A tile needs a permit of its run and of its run's model; what they may
 * have is set from outside (`share-limits.ts` shares it with the other processes), and below it the model's own limiter decides.
 */

/** Permits that come back are given out together after this long, so that tiles are claimed by the handful. */
const GATHER_MS = 4;

type Waiting = { run: RunPermits; most: number; give: (count: number) => void };

/** A tile's permit. To be ended once, whatever becomes of the tile. */
export type Permit = {
  /** The call leaves now. */
  callStarts(): void;
  /** The call came back with an answer, which used so many tokens. */
  callSucceeded(tokens: number): void;
  /** The call failed, as `ModelError` says, or was aborted. */
  callFailed(error: unknown): void;
  end(): void;
  /** No tile was found for it: as if it had never been taken. */
  giveBack(): void;
};

type RunPermits = {
  id: string;
  model: ModelPermits;
  /** How many this process may have in flight, by the run's cap. */
  share: number;
  inFlight: number;
  waiting: Waiting[];
  abort: AbortController;
};

type Permits = {
  runs: Map<string, RunPermits>;
  timer: NodeJS.Timeout | null;
  closed: boolean;
};

function permits(): Permits {
  return processWide("permits", () => ({ runs: new Map(), timer: null, closed: false }));
}

/** Makes the run known here; nothing of it may be in flight until `setRunShare` says so. True where it was not known. */
export function openRun(runId: string, model: { id: string; usefulConcurrency: number }): boolean {
  const { runs } = permits();
  if (runs.has(runId)) return false;
  runs.set(runId, {
    id: runId,
    model: openModel(model.id, model.usefulConcurrency),
    share: 0,
    inFlight: 0,
    waiting: [],
    abort: new AbortController(),
  });
  return true;
}

/** What the sharing of limits needs to know of a run here. */
export type RunUse = {
  runId: string;
  model: string;
  inFlight: number;
  waiting: boolean;
  /** How many the run may have in flight now by all limits. */
  inForce: number;
};

/** All runs that this process knows, with what they use. */
export function runUses(): RunUse[] {
  const now = performance.now();
  return [...permits().runs.values()].map((run) => ({
    runId: run.id,
    model: run.model.id,
    inFlight: run.inFlight,
    waiting: run.waiting.length > 0,
    inForce: Math.min(run.share, run.model.share, run.model.breaker.allows(now), limitOf(run.model)),
  }));
}

/** What the sharing of limits needs to know of a model here. `requests` and `tokens` are what is left of its budgets. */
export type ModelUse = {
  model: string;
  /** How many it could use now if nobody capped it. */
  wanted: number;
  requests: number;
  usedTokens: number;
};

/** All models that runs of this process use; taking it resets the tokens that were used since last time. */
export function modelUses(): ModelUse[] {
  const { runs } = permits();
  return allModels().map((model) => {
    const mine = [...runs.values()].filter((run) => run.model === model);
    const wanted = mine.reduce((sum, run) => sum + (run.waiting.length > 0 ? run.share : run.inFlight), 0);
    const use = { model: model.id, wanted, requests: model.requests };
    const { usedTokens } = model;
    model.usedTokens = 0;
    return { ...use, usedTokens };
  });
}

/** Tiles of the run in flight here. */
export function runInFlight(runId: string): number {
  return permits().runs.get(runId)?.inFlight ?? 0;
}

/** Lowers what the run may have in flight here, where it may have more. */
export function lowerRunShare(runId: string, share: number): void {
  const run = permits().runs.get(runId);
  if (run) run.share = Math.min(run.share, share);
}

/** Sets what the run may have in flight here, effective at once. `capRaised`: people allow more than before. */
export function setRunShare(runId: string, share: number, capRaised = false): void {
  const run = permits().runs.get(runId);
  if (!run) return;
  if (capRaised) run.model.limiter?.capRaised();
  if (run.share === share) return;
  run.share = share;
  serve();
}

/** Nothing new of the run starts here, and nobody waits for it any longer; what is in flight goes on. */
export function holdRun(runId: string): void {
  const run = permits().runs.get(runId);
  if (!run) return;
  run.share = 0;
  for (const waiting of run.waiting.splice(0)) waiting.give(0);
}

/** No permits are given any more: the process is about to end. */
export function closePermits(): void {
  permits().closed = true;
  for (const runId of permits().runs.keys()) holdRun(runId);
}

/** Sets what the model may have in flight here, and what it may spend; infinite where nothing limits it. */
export function setModelShare(modelId: string, allowed: { share: number; requests: number; tokens: number }): void {
  const model = modelOf(modelId);
  if (!model) return;
  Object.assign(model, allowed);
  serve();
}

/** Aborted when the run is cancelled or the process drains: calls in flight end at once. */
export function runSignal(runId: string): AbortSignal {
  const run = permits().runs.get(runId);
  return run ? run.abort.signal : AbortSignal.abort(new DOMException("the run has ended here", "AbortError"));
}

/** Aborts what is in flight for a run, and forgets the run. */
export function abortRun(runId: string): void {
  const run = permits().runs.get(runId);
  if (!run) return;
  permits().runs.delete(runId);
  run.abort.abort(new DOMException("the run was stopped", "AbortError"));
  for (const waiting of run.waiting.splice(0)) waiting.give(0);
}

/** Forgets a run that has ended here, once nothing of it is in flight. */
export function forgetRun(runId: string): void {
  const run = permits().runs.get(runId);
  if (run && run.inFlight === 0 && run.waiting.length === 0) permits().runs.delete(runId);
}

/**
 * Takes between 1 and `most` permits for tiles of a run, waiting until some are free or `timeoutMs` have passed; none then, and where
 * the run or the process is stopped. Of several runs of one model, the one with the least in flight goes first.
 */
export async function takePermits(runId: string, most: number, timeoutMs: number): Promise<Permit[]> {
  const run = permits().runs.get(runId);
  if (!run || permits().closed) return [];
  const count = await new Promise<number>((resolve) => {
    const waiting: Waiting = {
      run,
      most,
      give: (count) => {
        clearTimeout(timer);
        resolve(count);
      },
    };
    const timer = setTimeout(() => {
      run.waiting.splice(run.waiting.indexOf(waiting), 1);
      resolve(0);
    }, timeoutMs);
    run.waiting.push(waiting);
    serve();
  });
  return Array.from({ length: count }, () => permit(run));
}

function permit(run: RunPermits): Permit {
  const { model } = run;
  let call: { startedAt: number; inFlight: number } | null = null;
  let restMs = 0;
  const finish = (): ObservedCall | null => {
    if (!call) return null;
    model.calling -= 1;
    const observed = { ...call, endedAt: performance.now() };
    call = null;
    return observed;
  };
  const end = (): void => {
    run.inFlight -= 1;
    model.inFlight -= 1;
    if (restMs > 0) rest(model, restMs);
    serveSoon();
  };
  return {
    callStarts() {
      model.calling += 1;
      call = { startedAt: performance.now(), inFlight: model.calling };
    },
    callSucceeded(tokens) {
      const observed = finish();
      if (!observed) return;
      model.breaker.answered();
      model.limiter?.succeeded(observed);
      bookTokens(model, tokens);
    },
    callFailed(error) {
      const observed = finish();
      if (observed) restMs = learn(model, observed, error);
    },
    end,
    giveBack() {
      model.requests += 1;
      model.tokens += model.tokensPerCall;
      end();
    },
  };
}

function rest(model: ModelPermits, ms: number): void {
  model.resting += 1;
  setTimeout(() => {
    model.resting -= 1;
    serveSoon();
  }, ms);
}

/** After permits came back: a moment later, so that those of tiles that end together are given out together. */
function serveSoon(): void {
  const self = permits();
  if (self.timer) return;
  self.timer = setTimeout(() => {
    self.timer = null;
    serve();
  }, GATHER_MS);
}

function serve(): void {
  for (const model of allModels()) serveModel(model);
}

function serveModel(model: ModelPermits): void {
  let free = freeOf(model);
  if (free === 0) return;
  const runs = [...permits().runs.values()].filter((run) => run.model === model && run.waiting.length > 0);
  const given = new Map<Waiting, number>();
  while (free > 0) {
    const next = pick(runs, given);
    if (!next) break;
    given.set(next, (given.get(next) ?? 0) + 1);
    next.run.inFlight += 1;
    free -= 1;
  }
  for (const [waiting, count] of given) {
    waiting.run.waiting.splice(waiting.run.waiting.indexOf(waiting), 1);
    model.inFlight += count;
    model.requests -= count;
    model.tokens -= count * model.tokensPerCall;
    waiting.give(count);
  }
}

/** Of the runs that wait and have room, the one with the least in flight; its waiter that has waited longest. */
function pick(runs: readonly RunPermits[], given: ReadonlyMap<Waiting, number>): Waiting | null {
  let best: Waiting | null = null;
  for (const run of runs) {
    if (run.inFlight >= run.share || (best !== null && run.inFlight >= best.run.inFlight)) continue;
    best = run.waiting.find((waiting) => (given.get(waiting) ?? 0) < waiting.most) ?? best;
  }
  return best;
}
