import { pool } from "#db/client.ts";
import type { OutboxRow } from "#db/queries/outbox.ts";
import { progressOfRuns, type RunProgress } from "#db/queries/tile-counts.ts";
import { processWide } from "#lib/process-wide.ts";
import { subscribe } from "./hub.ts";

/**
 * Runs are counted at most this often; counting takes at most this share of a process' time, where that does not leave
 * those who look without news for longer than the longest pause.
 */
const SHORTEST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 10_000;
const SHARE_OF_TIME = 0.05;

type Listener = (runs: readonly RunProgress[]) => void;
type Follower = { listeners: Set<Listener>; moved: Set<string>; timer: NodeJS.Timeout | null; stop: () => void };
type Shared = { follower: Promise<Follower> | null; users: number };

/** Tells how far each run is whose tiles move, counted once for all who listen here. Returns what ends it. */
export async function followProgress(listener: Listener): Promise<() => void> {
  const shared = processWide<Shared>("run-progress", () => ({ follower: null, users: 0 }));
  shared.users += 1;
  shared.follower ??= start();
  const follower = await shared.follower;
  follower.listeners.add(listener);
  return () => {
    follower.listeners.delete(listener);
    shared.users -= 1;
    if (shared.users > 0) return;
    follower.stop();
    shared.follower = null;
  };
}

async function start(): Promise<Follower> {
  const follower: Follower = { listeners: new Set(), moved: new Set(), timer: null, stop: () => undefined };
  const { unsubscribe } = await subscribe((rows) => {
    for (const row of rows) if (row.runId !== null && movesTiles(row)) follower.moved.add(row.runId);
    if (follower.moved.size > 0) follower.timer ??= setTimeout(() => void tell(follower), SHORTEST_PAUSE_MS);
  });
  follower.stop = () => {
    unsubscribe();
    if (follower.timer) clearTimeout(follower.timer);
  };
  return follower;
}

function movesTiles({ event }: OutboxRow): boolean {
  if (typeof event !== "object" || event === null || !("kind" in event)) return false;
  return event.kind === "tile" || event.kind === "claimed";
}

async function tell(follower: Follower): Promise<void> {
  const ids = [...follower.moved];
  follower.moved.clear();
  const began = performance.now();
  try {
    const runs = await progressOfRuns(pool(), ids);
    for (const listener of follower.listeners) listener(runs);
  } catch {
    // What could not be counted, as while Postgres restarts, is counted next time.
    for (const id of ids) follower.moved.add(id);
  }
  const fair = (performance.now() - began) / SHARE_OF_TIME;
  const pause = Math.min(Math.max(SHORTEST_PAUSE_MS, fair), LONGEST_PAUSE_MS);
  follower.timer = setTimeout(() => {
    follower.timer = null;
    if (follower.moved.size > 0) void tell(follower);
  }, pause);
}
