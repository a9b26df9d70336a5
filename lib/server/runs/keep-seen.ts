import { pool } from "#db/client.ts";
import { noteSeen } from "#db/queries/runs.ts";
import type { RunTicket } from "#lib/core/checkpoint.ts";

const BETWEEN_NOTES_MS = 10_000;
/** A step that takes longer than this is taken for stuck: its run gets a new pass, which makes whatever it still does void. */
const LONGEST_STEP_MS = 900_000;

/**
 * Notes that a step works on the run of its ticket, at once and for as long as `work` takes, so that the janitor does not take the run's
 * chain for lost. What is left of an older pass does not speak for the run, and steps of anything else are just done.
 */
export async function keepSeen<T>(ticket: unknown, work: () => Promise<T>): Promise<T> {
  if (!isOfRun(ticket)) return work();
  const { runId, pass } = ticket;
  // Where the database is away, the step waits for it, and the janitor finds no run either.
  const note = (): void => void noteSeen(pool(), runId, pass).catch(() => undefined);
  const until = performance.now() + LONGEST_STEP_MS;
  const timer = setInterval(() => {
    if (performance.now() < until) note();
  }, BETWEEN_NOTES_MS);
  note();
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

function isOfRun(ticket: unknown): ticket is Pick<RunTicket, "runId" | "pass"> {
  return typeof ticket === "object" && ticket !== null && "runId" in ticket && "pass" in ticket;
}
