import { pool } from "#db/client.ts";
import { readShares } from "#db/queries/limits.ts";
import type { RunRow } from "#db/queries/runs.ts";
import type { Run } from "#lib/core/detection/run.ts";

/** How many tiles of a run may be in flight now over all processes, and why not more. */
export async function limitInForce(
  run: Pick<RunRow, "id" | "state">,
): Promise<Pick<Run["concurrency"], "inForce" | "phase" | "reason">> {
  if (run.state !== "running") return { inForce: 0, phase: "steady", reason: null };
  const shares = await readShares(pool(), [`run:${run.id}`]);
  return { inForce: shares.reduce((sum, share) => sum + share.inForce, 0), phase: "steady", reason: null };
}
