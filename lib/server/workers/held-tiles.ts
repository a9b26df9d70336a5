import { pool } from "#db/client.ts";
import { handBackTiles } from "#db/queries/tiles.ts";
import { processWide } from "#lib/process-wide.ts";
import { wake } from "../events/outbox.ts";
import { log } from "../log/log.ts";
import { instruments } from "../metrics/instruments.ts";
import { workerId } from "./worker.ts";

type Held = {
  /** Tiles that this process has in hand, as `run:index:attempts`. */
  tiles: Set<string>;
  /** Called when a tile is let go. */
  listeners: Set<(runId: string) => void>;
};

function held(): Held {
  return processWide("held-tiles", () => ({ tiles: new Set(), listeners: new Set() }));
}

/** Notes that this process has a tile in hand; call the result when it is done with it. */
export function holdTile(runId: string, index: number, attempts: number): () => void {
  const key = `${runId}:${index}:${attempts}`;
  held().tiles.add(key);
  return () => {
    held().tiles.delete(key);
    for (const listener of held().listeners) listener(runId);
  };
}

/** Resolves once a tile of the run, or any, is let go here, or after `timeoutMs`. */
export async function tileLetGo(runId: string | null, timeoutMs: number): Promise<void> {
  const { listeners } = held();
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      listeners.delete(listener);
      resolve();
    };
    const listener = (of: string): void => {
      if (runId === null || of === runId) done();
    };
    const timer = setTimeout(done, timeoutMs);
    listeners.add(listener);
  });
}

/** Waits until this process has no tile in hand any more, at most `timeoutMs`; says whether it came to that. */
export async function allTilesLetGo(timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (held().tiles.size > 0) {
    const remaining = deadline - performance.now();
    if (remaining <= 0) return false;
    await tileLetGo(null, remaining);
  }
  return true;
}

/** A claim whose answer was lost is not in hand yet for this long at most. */
const GRACE_SECONDS = 5;

/**
 * Hands back tiles that the ledger says are held here although they are not: the answer to a claim was lost with a broken
 * connection.
 */
export async function releaseForgottenTiles(): Promise<void> {
  const worker = workerId();
  const { rows } = await pool().query<{ run_id: string; index: number; attempts: number }>(
    `SELECT run_id, index, attempts FROM tiles
      WHERE worker = $1 AND state = 'running' AND started_at < now() - make_interval(secs => $2)`,
    [worker, GRACE_SECONDS],
  );
  for (const { run_id: runId, index, attempts } of rows) {
    if (held().tiles.has(`${runId}:${index}:${attempts}`)) continue;
    if ((await handBackTiles(pool(), { worker, runId, index, attempts })) === 0) continue;
    wake();
    instruments().janitor.inc({ action: "forgotten-tile" });
    log().warn({ run: runId, tile: index, attempt: attempts, worker }, "handed back a tile that nobody works on");
  }
}
