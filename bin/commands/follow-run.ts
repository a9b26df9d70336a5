import { setTimeout as sleep } from "node:timers/promises";
import { pool } from "#db/client.ts";
import { eventSchema, type TesseraEvent } from "#lib/core/detection/events.ts";
import { END_STATES, type Run, type RunState } from "#lib/core/detection/run.ts";
import { subscribe } from "#lib/server/events/hub.ts";
import { patiently } from "#lib/server/runs/patiently.ts";
import { readRun } from "#lib/server/runs/read-run.ts";
import { ensureWorkers, hasWorkers } from "./headless.ts";
import { type Pace, paceOf } from "./pace.ts";
import { showProgress } from "./progress-line.ts";

/** Events come by the hundred a second: so often at most the run is read, and no more often than reading it takes ten times. */
const LOOK_MS = 200;
/** Without any event, it is looked at all the same: whoever works on it may have gone. */
const SILENCE_MS = 5000;
/** A server that restarts has this long before somebody else takes over here. */
const ABSENCE_MS = 20_000;
/** Events follow what they tell of a moment later. */
const LAST_EVENTS_MS = 1000;

type Watcher = {
  /** Called with the run as it stands, a few times a second at most. */
  seen?: (run: Run, pace: Pace) => void;
  /** Called with every event of it, in order. */
  told?: (event: TesseraEvent) => void;
};

/**
 * Waits for the end of a run, told by its events, over restarts of the server and of the database. Where nobody works on it, this
 * process does. Returns also where the run has paused itself: somebody must act; a pause by hand is waited out.
 */
export async function followRun(runId: string, { seen = showProgress, told }: Watcher = {}): Promise<Run> {
  let wake: () => void = () => undefined;
  let lastState: RunState | null = null;
  const { unsubscribe } = await subscribe((rows) => {
    const mine = rows.filter((row) => row.runId === runId);
    for (const row of mine) {
      const { data: event } = eventSchema.safeParse(row.event);
      if (event?.kind === "run") lastState = event.state;
      if (event) told?.(event);
    }
    if (mine.length > 0) wake();
  });
  const pace = paceOf();
  let absentSince: number | null = null;
  try {
    for (let first = true; ; first = false) {
      const changed = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const asked = performance.now();
      const run = await patiently(() => readRun(runId));
      const took = performance.now() - asked;
      seen(run, pace.after(run, asked));
      if (END_STATES.includes(run.state)) {
        for (let waits = 0; !first && lastState !== run.state && waits < LAST_EVENTS_MS; waits += 50) await sleep(50);
        return run;
      }
      if (run.state === "paused" && run.reason !== null) return run;
      const attended = run.state === "paused" || (await patiently(hasWorkers));
      if (attended) absentSince = null;
      else absentSince ??= first ? Number.NEGATIVE_INFINITY : asked;
      if (absentSince !== null && asked - absentSince > ABSENCE_MS) await patiently(ensureWorkers);
      await Promise.race([changed, sleep(SILENCE_MS)]);
      await sleep(Math.max(LOOK_MS, 10 * took));
    }
  } finally {
    unsubscribe();
    if (seen === showProgress && process.stderr.isTTY) process.stderr.write("\n");
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
