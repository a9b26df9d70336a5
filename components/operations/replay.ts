import type { TesseraEvent } from "#lib/core/detection/events.ts";
import { MARKS, type Mark, markOf } from "#lib/core/detection/tile-mark.ts";

type MarkCounts = Record<Mark, number>;

/** Something that happened to the run; `at` in milliseconds since 1970. */
export type Happening = { at: number; event: TesseraEvent };

/** A tile as it stood at some time. Milliseconds of its last attempt that ended; null before one did. */
export type TileNow = {
  mark: Mark;
  attempts: number;
  retries: number;
  latencyMs: number | null;
  queueMs: number | null;
  modelMs: number | null;
  tokens: number;
  cost: number | null;
  error: string | null;
};

/** What the limiter made of the cap. */
type LimitNow = { cap: number; inForce: number };

type State = { tiles: TileNow[]; counts: MarkCounts; limit: LimitNow | null };
type Snapshot = { next: number; state: State };

const FRESH: TileNow = {
  mark: "pending",
  attempts: 0,
  retries: 0,
  latencyMs: null,
  queueMs: null,
  modelMs: null,
  tokens: 0,
  cost: null,
  error: null,
};

/** So many happenings apart, the whole state is kept, so that going back in time need not start at the beginning. */
const SNAPSHOT_EVERY = 2000;

/** A run's life: what happened, in order, and the state of all tiles at any time of it. */
export type Replay = ReturnType<typeof createReplay>;

/** Makes the life of a run of `tiles` tiles that all wait. */
export function createReplay(tiles: number) {
  const happenings: Happening[] = [];
  const snapshots: Snapshot[] = [];
  let state = initial(tiles);
  let next = 0;

  function step(): void {
    const happening = happenings[next];
    if (!happening) return;
    if (next % SNAPSHOT_EVERY === 0 && (snapshots.at(-1)?.next ?? -1) < next)
      snapshots.push({ next, state: copy(state) });
    next += 1;
    apply(state, happening.event);
  }

  function restoreBefore(count: number): void {
    const snapshot = snapshots.findLast((one) => one.next <= count);
    state = snapshot ? copy(snapshot.state) : initial(tiles);
    next = snapshot?.next ?? 0;
  }

  return {
    happenings: happenings as readonly Happening[],
    get span(): { from: number; to: number } | null {
      const first = happenings[0];
      const last = happenings.at(-1);
      return first && last ? { from: first.at, to: last.at } : null;
    },
    /** Adds what happened next. Times that run backwards, as transactions overlap, are held to the one before. */
    add(happening: Happening): void {
      const before = happenings.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
      happenings.push({ ...happening, at: Math.max(before, happening.at) });
    },
    /** The state at `at`, or of now. It is the replay's own: read it before the next call. */
    stateAt(at: number | null): Readonly<State> {
      const count = at === null ? happenings.length : upperBound(happenings, at);
      if (count < next) restoreBefore(count);
      while (next < count) step();
      return state;
    },
  };
}

function initial(tiles: number): State {
  const counts = Object.fromEntries(MARKS.map((mark) => [mark, 0])) as MarkCounts;
  counts.pending = tiles;
  return { tiles: Array.from({ length: tiles }, () => FRESH), counts, limit: null };
}

const copy = (state: State): State => ({ ...state, tiles: [...state.tiles], counts: { ...state.counts } });

function put(state: State, index: number, change: Partial<TileNow>): void {
  const tile = state.tiles[index];
  if (!tile) return;
  const changed = { ...tile, ...change };
  state.counts[tile.mark] -= 1;
  state.counts[changed.mark] += 1;
  state.tiles[index] = changed;
}

function apply(state: State, event: TesseraEvent): void {
  if (event.kind === "claimed") {
    for (const index of event.indexes) put(state, index, { mark: "running" });
  } else if (event.kind === "limit") {
    state.limit = { cap: event.cap, inForce: event.inForce };
  } else if (event.kind === "tile") {
    const { queueMs, modelMs, latencyMs, tokens, cost, error, attempts } = event;
    const mark = markOf(event);
    const retries = (state.tiles[event.index]?.retries ?? 0) + (mark === "throttled" || mark === "retrying" ? 1 : 0);
    put(state, event.index, { mark, attempts, retries, latencyMs, queueMs, modelMs, tokens, cost, error });
  }
}

/** How many happenings there are up to and including `at`. */
function upperBound(happenings: readonly Happening[], at: number): number {
  let [low, high] = [0, happenings.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((happenings[middle]?.at ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}
