import { pool } from "#db/client.ts";
import { findRun, findRunImage, type RunImage, type RunRow } from "#db/queries/runs.ts";
import { type RunTicket, TICKET_VERSION } from "#lib/core/checkpoint.ts";
import { WORKING_STATES } from "#lib/core/detection/run.ts";

/** A run with its image, as a step that holds `ticket` sees it; null where the ticket is void. */
export type RunContext = { run: RunRow; image: RunImage };

/** Reads the run of a ticket. Null where the run is gone, has moved to another pass, or is not to be worked on. */
export async function contextOf(ticket: RunTicket): Promise<RunContext | null> {
  // Another release made it: the janitor sees the chain end, and starts one of this release.
  if (ticket.version !== TICKET_VERSION) return null;
  const run = await findRun(pool(), ticket.runId);
  if (!run || run.pass !== ticket.pass || !WORKING_STATES.includes(run.state)) return null;
  const image = await findRunImage(pool(), run.imageId);
  return image ? { run, image } : null;
}
