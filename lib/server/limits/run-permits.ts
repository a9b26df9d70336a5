import { type Pace, pace } from "#lib/core/limits/pace.ts";
import { processWide } from "#lib/process-wide.ts";
import { type ModelPermits, openModel, type PermittedModel } from "./model-permits.ts";

/**
 * A call keeps its place in flight until its tile is committed: a crash then repeats no more calls than may be in flight. Where
 * hundreds may be, this part of them need not: they would be fewer while answers are written.
 */
const SETTLING = 1 / 16;
const HUNDREDS = 100;

/**
 * A model whose calls cost nothing to repeat gives every place back at once, up to so many times the run's share: `bench -- durable`
 * takes 1.0–1.3 of the bare job's time with one share at 20,000 tiles, 0.9–1.0 with eight, and no less with a thousand.
 */
const SETTLING_FREELY = 8;

/** What this process knows of a run's permits. The rest of the permits is in `permits.ts`, which alone is for use from outside. */
export type RunPermits = {
  id: string;
  model: ModelPermits;
  /** How many this process may have in flight, by the run's cap. */
  share: number;
  inFlight: number;
  /** Permits that are out and have no place in flight yet: their tiles are claimed and read meanwhile. */
  ahead: number;
  /** Tiles whose call was answered and that gave their place back, but are not committed yet. */
  settling: number;
  /** How fast its calls are answered. */
  pace: Pace;
  waiting: Waiting[];
  turns: Turn[];
  /** When a batch was last given permits. */
  servedAt: number;
  abort: AbortController;
};

/** A batch that waits for between 1 and `most` permits. */
export type Waiting = { run: RunPermits; most: number; give: (given: Given) => void };
/** How many permits a batch gets: with a place in flight, and ahead of it. */
export type Given = { placed: number; ahead: number };
/** A tile that was claimed ahead, and waits for its place in flight. */
type Turn = (granted: boolean) => void;

type State = {
  runs: Map<string, RunPermits>;
  /** Set while permits that came back are gathered. */
  timer: NodeJS.Timeout | null;
  closed: boolean;
};

/** The permits of this process. */
export function permitState(): State {
  return processWide("permits", () => ({ runs: new Map(), timer: null, closed: false }));
}

/** A run that nothing is in flight of yet, and nothing may be. */
export function newRunPermits(id: string, model: PermittedModel): RunPermits {
  return {
    id,
    model: openModel(model),
    share: 0,
    inFlight: 0,
    ahead: 0,
    settling: 0,
    pace: pace(),
    waiting: [],
    turns: [],
    servedAt: Number.NEGATIVE_INFINITY,
    abort: new AbortController(),
  };
}

/** How many tiles of a run may have given back their places while they are committed. */
export function mostSettling({ model, share }: RunPermits): number {
  if (model.repeatsFreely) return share * SETTLING_FREELY;
  return share < HUNDREDS ? 0 : Math.floor(share * SETTLING);
}

/** Whoever waits for a permit of the run, or for a place in flight, waits no longer, and gets none. */
export function sendAway(run: RunPermits): void {
  for (const waiting of run.waiting.splice(0)) waiting.give({ placed: 0, ahead: 0 });
  for (const turn of run.turns.splice(0)) turn(false);
}
