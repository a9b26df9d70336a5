import { pool } from "#db/client.ts";
import { noteIngestSeen } from "#db/queries/ingest.ts";
import { noteSeen } from "#db/queries/runs.ts";
import type { ImageTicket, RunTicket } from "#lib/core/checkpoint.ts";

const BETWEEN_NOTES_MS = 10_000;
/**
 * A step that takes longer than this is taken for stuck: its run gets a new pass, which makes whatever it still does void, or its image
 * another ingest, which finds done what it may still finish. A pyramid of gigapixels takes its time.
 */
const LONGEST_STEP_MS = { run: 900_000, image: 6 * 3_600_000 };

/**
 * Notes that a step works on the run or the image of its ticket, at once and for as long as `work` takes, so that the janitor does not
 * take the chain for lost. What is left of an older pass does not speak for a run, and steps of anything else are just done.
 */
export async function keepSeen<T>(ticket: unknown, work: () => Promise<T>): Promise<T> {
  const seen = noteFor(ticket);
  if (!seen) return work();
  // Where the database is away, the step waits for it, and the janitor finds nothing either.
  const note = (): void => void seen.note().catch(() => undefined);
  const until = performance.now() + seen.longestMs;
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

function noteFor(ticket: unknown): { note: () => Promise<void>; longestMs: number } | null {
  if (isOfRun(ticket)) {
    return { note: () => noteSeen(pool(), ticket.runId, ticket.pass), longestMs: LONGEST_STEP_MS.run };
  }
  if (isOfImage(ticket)) {
    return { note: () => noteIngestSeen(pool(), ticket.imageId), longestMs: LONGEST_STEP_MS.image };
  }
  return null;
}

function isOfRun(ticket: unknown): ticket is Pick<RunTicket, "runId" | "pass"> {
  return typeof ticket === "object" && ticket !== null && "runId" in ticket && "pass" in ticket;
}

function isOfImage(ticket: unknown): ticket is Pick<ImageTicket, "imageId"> {
  return typeof ticket === "object" && ticket !== null && "imageId" in ticket;
}
