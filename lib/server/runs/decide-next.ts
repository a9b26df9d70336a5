import { pool } from "#db/client.ts";
import type { RunRow } from "#db/queries/runs.ts";
import { nextDue } from "#db/queries/tile-counts.ts";
import type { RunTicket } from "#lib/core/checkpoint.ts";
import { contextOf } from "./run-context.ts";

/** Others hold the last tiles: look again after this long. */
const OTHERS_WORK_MS = 500;
/** Longest durable sleep between rounds: a cap or state changed meanwhile is noticed then, and the run is known not to be stranded. */
const MAX_SLEEP_MS = 15_000;

export type NextMove = { next: "group" | "escalate" | "finish" | "stop" } | { next: "sleep"; ms: number };

/** What follows a group: another one, a durable sleep until tiles are due, the choice of tiles for the stronger model, the finish, or nothing. */
export async function decideNext(ticket: RunTicket): Promise<NextMove> {
  const context = await contextOf(ticket);
  if (!context) return { next: "stop" };
  if (context.run.state === "synthesizing") return { next: "finish" };
  const { running, dueMs } = await nextDue(pool(), ticket.runId);
  if (dueMs === null) return running > 0 ? { next: "sleep", ms: OTHERS_WORK_MS } : { next: afterLast(context.run) };
  // What is in hand may come back and be due before all that waits.
  const longest = running > 0 ? OTHERS_WORK_MS : MAX_SLEEP_MS;
  return dueMs <= 0 ? { next: "group" } : { next: "sleep", ms: Math.min(longest, Math.ceil(dueMs)) };
}

/** All tiles had their first look, or their second: the stronger model comes once between the two. */
function afterLast({ configuration, escalation }: RunRow): "escalate" | "finish" {
  return configuration.escalationModel !== undefined && escalation === null ? "escalate" : "finish";
}
