import type { ObservedCall } from "#lib/core/limits/adaptive-limit.ts";
import {
  allModels,
  bookTokens,
  learn,
  type ModelPermits,
  modelOf,
  mostOf,
  openModel,
  type PermittedModel,
} from "./model-permits.ts";
import {
  type Given,
  mostSettling,
  newRunPermits,
  permitState,
  type RunPermits,
  sendAway,
  type Waiting,
} from "./run-permits.ts";
import { serve, serveSoon } from "./serve-permits.ts";

/**
 * Who may have how many tiles in flight in this process. A tile needs a permit of its run and of its run's model; what they may
 * have is set from outside (`share-limits.ts` shares it with the other processes), and below it the model's own limiter decides.
 */

/** A tile that was claimed ahead is handed back where its turn does not come within this long. */
const LONGEST_TURN_MS = 3000;
/** A run keeps its part of the limits for so long while no batch of it is here. */
const BETWEEN_BATCHES_MS = 1000;
/** A tile's permit. To be ended once, whatever becomes of the tile. */
export type Permit = {
  /**
   * Waits for the tile's place in flight; one that it had from the start is lost where less is allowed by now. False: none comes soon,
   * or the run is held; then the tile is to be handed back.
   */
  turn(): Promise<boolean>;
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

/**
 * Makes the run known here; nothing of it may be in flight until `setRunShare` says so. One that is known by another model goes on with
 * this one. True where anything changed.
 */
export function openRun(runId: string, model: PermittedModel): boolean {
  const { runs } = permitState();
  const known = runs.get(runId);
  if (known) {
    if (known.model.id === model.id) return false;
    known.model = openModel(model);
    return true;
  }
  runs.set(runId, newRunPermits(runId, model));
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
  return [...permitState().runs.values()].map((run) => ({
    runId: run.id,
    model: run.model.id,
    inFlight: run.inFlight,
    waiting: hungry(run),
    inForce: Math.min(run.share, mostOf(run.model)),
  }));
}

/** What the sharing of limits needs to know of a model here. `requests` and `tokens` are what is left of its budgets. */
export type ModelUse = {
  model: string;
  /** How many it could use now if nobody capped it. */
  wanted: number;
  /** Milliseconds that a call takes of late. */
  roundTripMs: number;
  requests: number;
  usedTokens: number;
};

/** All models that runs of this process use; taking it resets the tokens that were used since last time. */
export function modelUses(): ModelUse[] {
  const { runs } = permitState();
  return allModels().map((model) => {
    const mine = [...runs.values()].filter((run) => run.model === model);
    const wanted = mine.reduce((sum, run) => sum + (hungry(run) ? run.share : run.inFlight), 0);
    const roundTripMs = model.limiter?.roundTripMs() ?? Number.POSITIVE_INFINITY;
    const use = { model: model.id, wanted, roundTripMs, requests: model.requests };
    const { usedTokens } = model;
    model.usedTokens = 0;
    return { ...use, usedTokens };
  });
}

/** Whether the run could use more places than it has: its tiles or batches wait for some, or did just now and are about to come again. */
function hungry(run: RunPermits): boolean {
  return run.waiting.length > 0 || run.turns.length > 0 || performance.now() - run.servedAt < BETWEEN_BATCHES_MS;
}

/** Tiles of the run in flight here. */
export function runInFlight(runId: string): number {
  return permitState().runs.get(runId)?.inFlight ?? 0;
}

/** Lowers what the run may have in flight here, where it may have more. */
export function lowerRunShare(runId: string, share: number): void {
  const run = permitState().runs.get(runId);
  if (run) run.share = Math.min(run.share, share);
}

/** Sets what the run may have in flight here, effective at once. `capRaised`: people allow more than before. */
export function setRunShare(runId: string, share: number, capRaised = false): void {
  const run = permitState().runs.get(runId);
  if (!run) return;
  if (capRaised) run.model.limiter?.capRaised();
  if (run.share === share) return;
  run.share = share;
  serve();
}

/** Nothing new of the run starts here, and nobody waits for it any longer; what is in flight goes on. */
export function holdRun(runId: string): void {
  const run = permitState().runs.get(runId);
  if (!run) return;
  run.share = 0;
  sendAway(run);
}

/** No permits are given any more: the process is about to end. */
export function closePermits(): void {
  permitState().closed = true;
  for (const runId of permitState().runs.keys()) holdRun(runId);
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
  const run = permitState().runs.get(runId);
  return run ? run.abort.signal : AbortSignal.abort(new DOMException("the run has ended here", "AbortError"));
}

/** Aborts what is in flight for a run, and forgets the run. */
export function abortRun(runId: string): void {
  const run = permitState().runs.get(runId);
  if (!run) return;
  permitState().runs.delete(runId);
  run.abort.abort(new DOMException("the run was stopped", "AbortError"));
  sendAway(run);
}

/** Forgets a run that has ended here, once nothing of it is in flight. */
export function forgetRun(runId: string): void {
  const run = permitState().runs.get(runId);
  if (run && run.inFlight + run.ahead + run.settling === 0 && run.waiting.length === 0)
    permitState().runs.delete(runId);
}

/**
 * Takes between 1 and `most` permits for tiles of a run, waiting until some are free or `timeoutMs` have passed; none then, and where
 * the run or the process is stopped. Of several runs of one model, the one with the least in flight goes first. Where tiles go fast,
 * some permits come before there is a place in flight for them: `turn` waits for that.
 */
export async function takePermits(runId: string, most: number, timeoutMs: number): Promise<Permit[]> {
  const run = permitState().runs.get(runId);
  if (!run || permitState().closed) return [];
  let { model } = run;
  const { placed, ahead } = await new Promise<Given>((resolve) => {
    const waiting: Waiting = {
      run,
      most,
      give: (given) => {
        clearTimeout(timer);
        if (given.placed + given.ahead > 0) run.servedAt = performance.now();
        model = run.model;
        resolve(given);
      },
    };
    const timer = setTimeout(() => {
      run.waiting.splice(run.waiting.indexOf(waiting), 1);
      resolve({ placed: 0, ahead: 0 });
    }, timeoutMs);
    run.waiting.push(waiting);
    serve();
  });
  return Array.from({ length: placed + ahead }, (_, position) => permit(run, model, position < placed));
}

function permit(run: RunPermits, model: ModelPermits, startsPlaced: boolean): Permit {
  /** `settling`: its place has been given back before its tile is committed; `gone`: all is over. */
  let place: "ahead" | "placed" | "settling" | "gone" = startsPlaced ? "placed" : "ahead";
  let call: { startedAt: number; inFlight: number } | null = null;
  let restMs = 0;
  const finish = (): ObservedCall | null => {
    if (!call) return null;
    const observed = { ...call, endedAt: performance.now(), inFlightAtEnd: model.calling };
    model.calling -= 1;
    call = null;
    return observed;
  };
  const leave = (): void => {
    run.inFlight -= 1;
    model.inFlight -= 1;
    if (restMs > 0) rest(model, restMs);
    serveSoon(model);
  };
  const end = (): void => {
    if (place === "placed") leave();
    if (place === "settling") run.settling -= 1;
    if (place === "ahead") {
      run.ahead -= 1;
      serveSoon(model);
    }
    place = "gone";
  };
  /** Leaves a place in flight that no call was made from. */
  const stepBack = (): void => {
    run.inFlight -= 1;
    model.inFlight -= 1;
    model.requests += 1;
    model.tokens += model.tokensPerCall;
    run.ahead += 1;
    place = "ahead";
  };
  return {
    async turn() {
      if (place === "placed" && (run.inFlight > run.share || model.inFlight > mostOf(model))) stepBack();
      if (place === "ahead" && (await placeFor(run))) place = "placed";
      return place === "placed";
    },
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
      run.pace.happened(observed.endedAt);
      if (place !== "placed" || run.settling >= mostSettling(run)) return;
      leave();
      run.settling += 1;
      place = "settling";
    },
    callFailed(error) {
      const observed = finish();
      if (observed) restMs = learn(model, observed, error);
    },
    end,
    giveBack() {
      if (place === "placed") stepBack();
      end();
    },
  };
}

/** Waits for a place in flight for a tile that was claimed ahead. */
async function placeFor(run: RunPermits): Promise<boolean> {
  if (permitState().closed || run.abort.signal.aborted) return false;
  return await new Promise<boolean>((resolve) => {
    const turn = (granted: boolean): void => {
      clearTimeout(timer);
      resolve(granted);
    };
    const timer = setTimeout(() => {
      run.turns.splice(run.turns.indexOf(turn), 1);
      resolve(false);
    }, LONGEST_TURN_MS);
    run.turns.push(turn);
    serveSoon(run.model);
  });
}

function rest(model: ModelPermits, ms: number): void {
  model.resting += 1;
  setTimeout(() => {
    model.resting -= 1;
    serveSoon(model);
  }, ms);
}
