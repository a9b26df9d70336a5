import { pool } from "#db/client.ts";
import { END_STATES, type Run } from "#lib/core/detection/run.ts";
import { subscribe } from "#lib/server/events/hub.ts";
import { readRun } from "#lib/server/runs/read-run.ts";

/** Shows progress on a terminal; silent in a pipe. */
function show(run: Run): void {
  if (!process.stderr.isTTY) return;
  const { pending, running, done, failed, skipped } = run.tiles;
  const total = pending + running + done + failed + skipped;
  const share = total === 0 ? 0 : (done + failed + skipped) / total;
  const bar = "█".repeat(Math.round(share * 30)).padEnd(30, "·");
  const { cap, inForce } = run.concurrency;
  const limits = run.state === "running" ? `, ${inForce} of ${cap} at once, ${run.throttled} throttled` : "";
  process.stderr.write(
    `\r${run.state.padEnd(12)} ${bar} ${done}/${total} tiles, ${run.findings} findings, ${failed} failed${limits} `,
  );
}

/**
 * Waits for the end of a run, told by its events; calls `seen` with every change of it, `told` with every event. Ends on a pause too:
 * somebody must act.
 */
export async function followRun(
  runId: string,
  seen: (run: Run) => void = show,
  told: (event: unknown) => void = () => undefined,
): Promise<Run> {
  let wake: () => void = () => undefined;
  const { unsubscribe } = await subscribe((rows) => {
    const mine = rows.filter((row) => row.runId === runId);
    for (const row of mine) told(row.event);
    if (mine.length > 0) wake();
  });
  try {
    for (;;) {
      const changed = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const run = await readRun(runId);
      seen(run);
      if (END_STATES.includes(run.state) || run.state === "paused") return run;
      await changed;
      // Events come by the hundred a second: one look at a time is enough.
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  } finally {
    unsubscribe();
    if (process.stderr.isTTY) process.stderr.write("\n");
  }
}

/** Exit code of a run's end: 0 only where all of it was done. */
export function exitCodeOfRun(run: Run): 0 | 1 {
  return run.state === "completed" ? 0 : 1;
}

/** Resolves an id to an image's, a run's, or nothing. */
export async function kindOfId(id: string): Promise<"image" | "run" | null> {
  const { rows } = await pool().query<{ kind: "image" | "run" }>(
    "SELECT 'image' AS kind FROM images WHERE id = $1 AND deleted_at IS NULL UNION ALL SELECT 'run' FROM runs WHERE id = $1",
    [id],
  );
  return rows[0]?.kind ?? null;
}
