import { pool } from "#db/client.ts";
import { claimGroup as claim } from "#db/queries/runs.ts";
import type { RunTicket } from "#lib/core/checkpoint.ts";
import { livingWorkers, seeLivingWorkers } from "../workers/worker.ts";
import { contextOf } from "./run-context.ts";

/** For each process that lives: one works while the other is between two batches. */
export const LANES_EACH = 2;
const MOST_LANES = 16;

/** `planned` says whether the ledger holds the plan already; `lanes`, how many batches of the group should be under way at once. */
export type GroupClaim = { held: true; planned: boolean; lanes: number } | { held: false; why: string };

/**
 * Claims the group of a ticket for a workflow run. The start of a group may be delivered twice; the second workflow run finds
 * it held by the first, and leaves.
 */
export async function claimGroup(ticket: RunTicket & { workflowRunId: string }): Promise<GroupClaim> {
  const context = await contextOf(ticket);
  if (!context) return { held: false, why: "the run has moved on" };
  const held = await claim(pool(), ticket);
  if (!held) return { held: false, why: "another workflow run holds this group" };
  // A process that came just now gets its lanes in this group, and not in the next.
  await seeLivingWorkers();
  const lanes = Math.min(MOST_LANES, LANES_EACH * Math.max(1, livingWorkers().length));
  return { held: true, planned: context.run.tilesTotal !== null, lanes };
}
