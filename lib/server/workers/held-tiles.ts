import { pool } from "#db/client.ts";
import { processWide } from "#lib/process-wide.ts";
import { workerId } from "./worker.ts";

/** Tiles that this process has in hand, as `run:index:attempts`. */
function heldTiles(): Set<string> {
  return processWide("held-tiles", () => new Set<string>());
}

/** Notes that this process has a tile in hand; call the result when it is done with it. */
export function holdTile(runId: string, index: number, attempts: number): () => void {
  const key = `${runId}:${index}:${attempts}`;
  heldTiles().add(key);
  return () => heldTiles().delete(key);
}

/** A claim whose answer was lost is not in hand yet for this long at most. */
const GRACE_SECONDS = 5;

/**
 * Hands back tiles that the ledger says are held here although they are not: the answer to a claim, or the commit of a result, was
 * lost with a broken connection.
 */
export async function releaseForgottenTiles(): Promise<void> {
  const worker = workerId();
  const { rows } = await pool().query<{ run_id: string; index: number; attempts: number }>(
    `SELECT run_id, index, attempts FROM tiles
      WHERE worker = $1 AND state = 'running' AND started_at < now() - make_interval(secs => $2)`,
    [worker, GRACE_SECONDS],
  );
  for (const { run_id: runId, index, attempts } of rows) {
    if (heldTiles().has(`${runId}:${index}:${attempts}`)) continue;
    await pool().query(
      `UPDATE tiles SET state = 'pending', worker = NULL
        WHERE run_id = $1 AND index = $2 AND attempts = $3 AND worker = $4 AND state = 'running'`,
      [runId, index, attempts, worker],
    );
  }
}
