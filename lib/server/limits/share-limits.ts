import { inTransaction, pool } from "#db/client.ts";
import {
  drawFromBuckets,
  dropShares,
  listModelLimits,
  lockShares,
  readShares,
  type Share,
  writeShares,
} from "#db/queries/limits.ts";
import { activeCaps } from "#db/queries/runs.ts";
import type { ModelLimit } from "#lib/core/api/runs.ts";
import { nextShare } from "#lib/core/limits/shares.ts";
import { processWide } from "#lib/process-wide.ts";
import { livingWorkers, seeLivingWorkers, workerId } from "../workers/worker.ts";
import { lowerModelShare, modelOf } from "./model-permits.ts";
import {
  holdRun,
  lowerRunShare,
  type ModelUse,
  modelUses,
  type RunUse,
  runInFlight,
  runUses,
  setModelShare,
  setRunShare,
} from "./permits.ts";
import { forgetTold, tellLimit } from "./tell-limit.ts";

/** Budgets per minute are drawn for this long ahead. */
const DRAW_SECONDS = 0.5;

type ActiveRun = Awaited<ReturnType<typeof activeCaps>>[number];
type Claim = {
  scope: string;
  cap: number;
  wanted: number;
  inForce: number;
  inFlight: () => number;
  lower: (share: number) => void;
};
type Memory = { caps: Map<string, number>; written: string };

function memory(): Memory {
  return processWide("limit-shares", () => ({ caps: new Map(), written: "" }));
}

/**
 * One round of sharing the caps of runs and the limits of models with all living processes: says in Postgres how many this one could
 * use, takes its part, and hands it to the permits. Called a few times a second and whenever a limit changes.
 *
 * @returns runs that this process knows and that are not active any more
 */
export async function shareLimits(): Promise<string[]> {
  const worker = workerId();
  const uses = runUses();
  if (uses.length === 0) return [];
  const [active, limits] = await Promise.all([activeCaps(pool()), listModelLimits(pool()), seeLivingWorkers()]);
  const runs = new Map(active.map((run) => [run.id, run]));
  const models = modelUses();
  const capped = new Map(limits.map((limit) => [limit.model, limit]));
  const claims = [
    ...uses.flatMap((use) => runClaim(use, runs.get(use.runId))),
    ...models.flatMap((use) => modelClaim(use, capped.get(use.model))),
  ];
  const shares = await takeShares(worker, claims);
  // Models first: what a new run is handed is used at once, and must not be used under a limit of its model that is out of date.
  for (const use of models) await allowModel(use, capped.get(use.model), shares);
  for (const use of uses) handOut(use, runs.get(use.runId), shares);
  await tellLimits(worker, active, shares);
  const ended = uses.filter((use) => !runs.has(use.runId)).map((use) => use.runId);
  if (ended.length > 0) await forget(worker, ended);
  return ended;
}

function runClaim(use: RunUse, run: ActiveRun | undefined): Claim[] {
  if (!run) return [];
  const cap = run.state === "running" ? run.concurrency : 0;
  const wanted = use.waiting ? cap : Math.min(cap, use.inFlight);
  const inFlight = () => runInFlight(run.id);
  const lower = (share: number) => lowerRunShare(run.id, share);
  return [{ scope: `run:${run.id}`, cap, wanted, inForce: use.inForce, inFlight, lower }];
}

function modelClaim(use: ModelUse, limit: ModelLimit | undefined): Claim[] {
  if (!limit || limit.concurrency === null) return [];
  const inFlight = () => modelOf(use.model)?.inFlight ?? 0;
  const lower = (share: number) => lowerModelShare(use.model, share);
  const scope = `model:${use.model}`;
  return [{ scope, cap: limit.concurrency, wanted: use.wanted, inForce: 0, inFlight, lower }];
}

/** This worker's shares by scope, and what the others hold. Alone, it has all, and Postgres is only told of changes. */
async function takeShares(
  worker: number,
  claims: readonly Claim[],
): Promise<Map<string, { mine: number; others: Share[] }>> {
  const own = (claim: Claim, share: number): Share => {
    const { scope, wanted, inForce } = claim;
    return { scope, worker, share, wanted, inForce: Math.min(inForce, claim.cap) };
  };
  if (livingWorkers().length <= 1) {
    const shares = claims.map((claim) => own(claim, claim.cap));
    const text = JSON.stringify(shares);
    if (text !== memory().written) await writeShares(pool(), shares);
    memory().written = text;
    return new Map(claims.map((claim) => [claim.scope, { mine: claim.cap, others: [] }]));
  }
  memory().written = "";
  return inTransaction(async (client) => {
    await lockShares(client);
    const held = await readShares(
      client,
      claims.map((claim) => claim.scope),
    );
    const taken = new Map<string, { mine: number; others: Share[] }>();
    const shares = claims.map((claim) => {
      const inScope = held.filter((share) => share.scope === claim.scope);
      const others = inScope.filter((share) => share.worker !== worker);
      const before = inScope.find((share) => share.worker === worker);
      const self = own(claim, before?.share ?? 0);
      const holders = [...others, self].sort((a, b) => a.worker - b.worker);
      const mine = nextShare(claim.cap, holders, holders.indexOf(self));
      taken.set(claim.scope, { mine, others });
      // Lowered first, counted then: what starts in between would be in nobody's share. It is raised once this is committed.
      claim.lower(mine);
      return { ...self, share: Math.max(mine, claim.inFlight()) };
    });
    await writeShares(client, shares);
    return taken;
  });
}

function handOut(use: RunUse, run: ActiveRun | undefined, shares: ReadonlyMap<string, { mine: number }>): void {
  const { caps } = memory();
  const cap = run?.concurrency ?? 0;
  const raised = cap > (caps.get(use.runId) ?? cap);
  caps.set(use.runId, cap);
  if (run?.state !== "running") holdRun(use.runId);
  else setRunShare(use.runId, shares.get(`run:${use.runId}`)?.mine ?? 0, raised);
}

async function allowModel(
  use: ModelUse,
  limit: ModelLimit | undefined,
  shares: ReadonlyMap<string, { mine: number }>,
): Promise<void> {
  const share = shares.get(`model:${use.model}`)?.mine ?? Number.POSITIVE_INFINITY;
  const unlimited = { share, requests: Number.POSITIVE_INFINITY, tokens: Number.POSITIVE_INFINITY };
  if (!limit || (limit.requestsPerMinute === null && limit.tokensPerMinute === null)) {
    setModelShare(use.model, unlimited);
    return;
  }
  const held = Number.isFinite(use.requests) ? use.requests : 0;
  const ahead = Math.max(1, Math.ceil(((limit.requestsPerMinute ?? 0) / 60) * DRAW_SECONDS));
  // A place in flight serves several quick calls until the next round.
  const usable = Math.ceil(use.wanted * Math.max(1, (DRAW_SECONDS * 1000) / Math.max(1, use.roundTripMs)));
  const wanted = limit.requestsPerMinute === null ? 0 : Math.max(0, Math.min(ahead, usable) - Math.max(0, held));
  const drawn = await drawFromBuckets(pool(), use.model, { requests: Math.floor(wanted), usedTokens: use.usedTokens });
  setModelShare(use.model, {
    share,
    requests: limit.requestsPerMinute === null ? Number.POSITIVE_INFINITY : held + drawn.requests,
    tokens: limit.tokensPerMinute === null ? Number.POSITIVE_INFINITY : drawn.tokens / livingWorkers().length,
  });
}

async function tellLimits(
  worker: number,
  active: readonly ActiveRun[],
  shares: ReadonlyMap<string, { others: Share[] }>,
): Promise<void> {
  for (const use of runUses()) {
    const run = active.find((one) => one.id === use.runId);
    const others = shares.get(`run:${use.runId}`)?.others ?? [];
    if (run?.state !== "running") continue;
    const elsewhere = others.reduce((sum, share) => sum + share.inForce, 0);
    const first = others.every((share) => share.worker > worker);
    if (first) await tellLimit(run, use.model, Math.min(run.concurrency, use.inForce + elsewhere));
  }
}

async function forget(worker: number, ended: readonly string[]): Promise<void> {
  for (const runId of ended) {
    memory().caps.delete(runId);
    forgetTold(runId);
  }
  memory().written = "";
  await dropShares(
    pool(),
    worker,
    ended.map((runId) => `run:${runId}`),
  );
}
