import { pool } from "#db/client.ts";
import { readShares } from "#db/queries/limits.ts";
import type { RunRow } from "#db/queries/runs.ts";
import type { Run } from "#lib/core/detection/run.ts";
import { modelState } from "./model-permits.ts";

/** How many tiles of a run may be in flight now over all processes, and why not more, as far as this process knows. */
export async function limitInForce(
  run: Pick<RunRow, "id" | "state" | "concurrency" | "configuration">,
): Promise<Run["concurrency"]> {
  const cap = run.concurrency;
  if (run.state !== "running") return { cap, inForce: 0, phase: "steady", reason: null };
  const shares = await readShares(pool(), [`run:${run.id}`]);
  const inForce = shares.reduce((sum, share) => sum + share.inForce, 0);
  const state = modelState(run.configuration.model);
  return { cap, inForce: Math.min(cap, inForce), phase: state?.phase ?? "steady", reason: state?.reason ?? null };
}
