import { inTransaction } from "#db/client.ts";
import { findRun, setRunState } from "#db/queries/runs.ts";
import { type RunTicket, TICKET_VERSION } from "#lib/core/checkpoint.ts";
import { END_STATES } from "#lib/core/detection/run.ts";
import { appendEvent, wake } from "../events/outbox.ts";
import { logRun } from "./log-run.ts";

/** Ends a run whose workflow cannot go on (a step failed for good). What was found stays; a retry goes on from there. */
export async function failRun(failure: RunTicket & { reason: string }): Promise<{ failed: boolean }> {
  // What another release wrote may not fit this one's code; that is no fault of the run, and the janitor starts a chain of this release.
  if (failure.version !== TICKET_VERSION) return { failed: false };
  const failed = await inTransaction(async (client) => {
    const run = await findRun(client, failure.runId, true);
    if (!run || run.pass !== failure.pass || END_STATES.includes(run.state) || run.state === "paused") return false;
    const reason = failure.reason.slice(0, 2000);
    await setRunState(client, run.id, "failed", reason);
    const event = { kind: "run", state: "failed", reason, tilesTotal: run.tilesTotal } as const;
    await appendEvent(client, { imageId: run.imageId, runId: run.id, event });
    return true;
  });
  wake();
  if (failed) logRun(failure.runId, "failed", { reason: failure.reason });
  return { failed };
}
