import { pool } from "#db/client.ts";
import { readShares } from "#db/queries/limits.ts";
import type { RunRow } from "#db/queries/runs.ts";
import { databaseTrouble } from "#db/trouble.ts";
import type { Run } from "#lib/core/detection/run.ts";
import { modelAtWork } from "#lib/core/routing/model-at-work.ts";
import { modelState } from "./model-permits.ts";

type LimitedRun = Pick<RunRow, "id" | "state" | "concurrency" | "configuration" | "escalation">;

/** How many tiles of a run may be in flight now over all processes, and why not more, as far as this process knows. */
export async function limitInForce(run: LimitedRun): Promise<Run["concurrency"]> {
  return (await limitsInForce([run]))(run);
}

/** The same for several runs, by one statement. */
export async function limitsInForce(runs: readonly LimitedRun[]): Promise<(run: LimitedRun) => Run["concurrency"]> {
  const scopes = runs.filter(({ state }) => state === "running").map(({ id }) => `run:${id}`);
  const shares = scopes.length === 0 ? [] : await readShares(pool(), scopes);
  return (run) => {
    const { id, state, concurrency: cap } = run;
    if (state !== "running") return { cap, inForce: 0, phase: "steady", reason: null };
    const inForce = shares.filter(({ scope }) => scope === `run:${id}`).reduce((sum, share) => sum + share.inForce, 0);
    const model = modelState(modelAtWork(run));
    const reason = databaseTrouble() ?? model?.reason ?? null;
    return { cap, inForce: Math.min(cap, inForce), phase: model?.phase ?? "steady", reason };
  };
}
