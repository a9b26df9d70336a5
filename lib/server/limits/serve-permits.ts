import { allModels, freeOf, type ModelPermits, mostOf, startableOf } from "./model-permits.ts";
import { type Given, permitState, type RunPermits, type Waiting } from "./run-permits.ts";

/** Permits that come back are given out together after this long, so that tiles are claimed by the handful. */
const GATHER_MS = 4;
/** So many milliseconds' worth of tiles are claimed ahead of their places in flight: a claim and a reading take about as long. */
const AHEAD_MS = 30;
const MOST_AHEAD = 128;
/** Many calls in flight often end at once, and between two batches nothing is claimed: up to this part of them is replaced meanwhile. */
const BURST = 1 / 2;
const BURST_MS = 1000;
/** Claimed by the handful: as soon as this part of what may be ahead is used up. */
const HANDFUL = 1 / 4;

/** Gives what is free to whom it is due. */
export function serve(): void {
  for (const model of allModels()) serveModel(model);
}

/** After places came back: to tiles that wait for theirs at once; to batches a moment later, so that they get a handful. */
export function serveSoon(model: ModelPermits): void {
  serveTurns(model);
  serveLater();
}

function serveLater(): void {
  const state = permitState();
  if (state.timer) return;
  state.timer = setTimeout(() => {
    state.timer = null;
    serve();
  }, GATHER_MS);
}

function serveTurns(model: ModelPermits): void {
  for (let free = Math.min(freeOf(model), startable(model)); free > 0; free -= 1) {
    // A run whose batch waits, and that has less in flight, is not to be passed over: its turn comes with the batches.
    const run = neediest(model, (candidate) => candidate.waiting.length > 0);
    if (!run || run.turns.length === 0) return;
    grantTurn(run);
  }
}

function serveModel(model: ModelPermits): void {
  const given = new Map<Waiting, Given>();
  const wish = (run: RunPermits): Waiting | null => leastWanted(run, given);
  const most = startable(model);
  let started = 0;
  for (let free = freeOf(model); free > 0; free -= 1) {
    const run = neediest(model, (candidate) => wish(candidate) !== null);
    if (!run) break;
    if (started >= most) {
      serveLater();
      break;
    }
    started += 1;
    const waiting = run.turns.length > 0 ? null : wish(run);
    if (waiting) placeOne(waiting, given);
    else grantTurn(run);
  }
  for (const run of runsOf(model)) {
    const waiting = wish(run);
    if (waiting) lookAhead(waiting, given);
  }
  for (const [waiting, permits] of given) {
    waiting.run.waiting.splice(waiting.run.waiting.indexOf(waiting), 1);
    waiting.give(permits);
  }
}

function startable(model: ModelPermits): number {
  return startableOf(
    model,
    runsOf(model).reduce((sum, run) => sum + run.share, 0),
  );
}

function runsOf(model: ModelPermits): RunPermits[] {
  return [...permitState().runs.values()].filter((run) => run.model === model);
}

/** Of the runs that want something and have room, the one with the least in flight. */
function neediest(model: ModelPermits, wants: (run: RunPermits) => boolean): RunPermits | null {
  let best: RunPermits | null = null;
  for (const run of runsOf(model)) {
    if (run.inFlight >= run.share || (best !== null && run.inFlight >= best.inFlight)) continue;
    if (run.turns.length > 0 || wants(run)) best = run;
  }
  return best;
}

/** The batch of a run that wants the fewest: so they are not used up, and gone for the next, all at once. */
function leastWanted(run: RunPermits, given: ReadonlyMap<Waiting, Given>): Waiting | null {
  let best: Waiting | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const waiting of run.waiting) {
    const { placed, ahead } = given.get(waiting) ?? { placed: 0, ahead: 0 };
    const left = waiting.most - placed - ahead;
    if (left <= 0 || waiting.most >= least) continue;
    best = waiting;
    least = waiting.most;
  }
  return best;
}

function givenTo(waiting: Waiting, given: Map<Waiting, Given>): Given {
  const permits = given.get(waiting) ?? { placed: 0, ahead: 0 };
  given.set(waiting, permits);
  return permits;
}

function placeOne(waiting: Waiting, given: Map<Waiting, Given>): void {
  givenTo(waiting, given).placed += 1;
  takePlace(waiting.run);
}

function grantTurn(run: RunPermits): void {
  const turn = run.turns.shift();
  if (!turn) return;
  run.ahead -= 1;
  takePlace(run);
  turn(true);
}

function takePlace(run: RunPermits): void {
  run.inFlight += 1;
  run.model.pacing.started();
  run.model.inFlight += 1;
  run.model.requests -= 1;
  run.model.tokens -= run.model.tokensPerCall;
}

/** The next tiles are claimed before there is a place in flight for them, by the handful. */
function lookAhead(waiting: Waiting, given: Map<Waiting, Given>): void {
  const { run } = waiting;
  const most = aheadOf(run);
  if (run.ahead > most * (1 - HANDFUL)) return;
  const permits = givenTo(waiting, given);
  const count = Math.min(most - run.ahead, waiting.most - permits.placed - permits.ahead);
  permits.ahead += count;
  run.ahead += count;
  if (permits.placed + permits.ahead === 0) given.delete(waiting);
}

/** How many tiles of a run may be claimed ahead of their places in flight. */
function aheadOf({ share, model, pace }: RunPermits): number {
  const places = Math.min(share, mostOf(model));
  const perMs = pace.perMs(performance.now());
  const steady = Math.min(2 * places, perMs * AHEAD_MS);
  const burst = Math.min(BURST * places, perMs * BURST_MS);
  return Math.floor(Math.min(MOST_AHEAD, Math.max(steady, burst)));
}
