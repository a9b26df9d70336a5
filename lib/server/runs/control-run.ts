import type { PoolClient } from "pg";
import { inTransaction, pool } from "#db/client.ts";
import { audit } from "#db/queries/audit.ts";
import { restoreFirstLooks, takeBackFindings } from "#db/queries/escalation.ts";
import { addMerge, changeCap, findRun, type RunRow, setRunState, startNewPass } from "#db/queries/runs.ts";
import { placesOfTiles } from "#db/queries/tile-places.ts";
import { handBackTiles, tellTiles } from "#db/queries/tiles.ts";
import { END_STATES, type MergeSettings, type Region, type RunState } from "#lib/core/detection/run.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { regionTest } from "#lib/core/geometry/region.ts";
import { FARTHEST_RING } from "#lib/core/tiling/priority.ts";
import { appendEvent, wake } from "../events/outbox.ts";
import { limitInForce } from "../limits/in-force.ts";
import { abortRun, holdRun } from "../limits/permits.ts";
import { log } from "../log/log.ts";
import { logRun } from "./log-run.ts";

/** What becomes of a run. `deed`: what a person did to it, for the audit log; null where nothing changed, or nobody asked for it. */
type Changed = { state: RunState; reason: string | null; deed: Deed | null };
type Deed = { actor: string; action: string; details?: Record<string, unknown> };
type Change = (client: PoolClient, run: RunRow) => Promise<Changed>;

async function change(runId: string, apply: Change): Promise<void> {
  const changed = await inTransaction(async (client) => {
    const run = await findRun(client, runId, true);
    if (!run) throw new TesseraError("not-found", "there is no such run");
    const { state, reason, deed } = await apply(client, run);
    if (deed) await audit(client, { ...deed, subject: `run:${runId}` });
    await setRunState(client, runId, state, reason);
    const event = { kind: "run", state, reason, tilesTotal: run.tilesTotal } as const;
    await appendEvent(client, { imageId: run.imageId, runId, event });
    return { before: run.state, state, reason, deed };
  });
  wake();
  const { state, deed, ...more } = changed;
  if (deed) logDeed(runId, deed);
  logRun(runId, state, more);
}

function logDeed(run: string, { actor, action, details }: Deed): void {
  log().info({ run, actor, action, ...details }, "control");
}

function refuse(run: RunRow, verb: string): never {
  throw new TesseraError("conflict", `a run that is ${run.state} cannot be ${verb}`);
}

/** Pauses: tiles in flight finish, nothing new starts. By somebody, which is audited, or for a reason that nobody chose. */
export async function pauseRun(runId: string, why: { actor: string } | { reason: string }): Promise<void> {
  await change(runId, async (_client, run) => {
    const reason = "reason" in why ? why.reason : null;
    if (run.state === "paused") return { state: "paused", reason: run.reason ?? reason, deed: null };
    if (run.state !== "queued" && run.state !== "planning" && run.state !== "running") {
      if (reason !== null) return { state: run.state, reason: run.reason, deed: null };
      return refuse(run, "paused");
    }
    return { state: "paused", reason, deed: "actor" in why ? { actor: why.actor, action: "pause-run" } : null };
  });
  holdRun(runId);
}

/** Goes on with a paused run, under a new pass. Audited. */
export async function resumeRun(runId: string, actor: string): Promise<void> {
  await change(runId, async (client, run) => {
    if (run.state !== "paused") refuse(run, "resumed");
    await startNewPass(client, runId);
    const deed = { actor, action: "resume-run", details: { reason: run.reason } };
    return { state: run.tilesTotal === null ? "queued" : "running", reason: null, deed };
  });
}

/** Cancels: calls in flight are aborted; findings so far stay. Audited. */
export async function cancelRun(runId: string, actor: string): Promise<void> {
  await change(runId, async (client, run) => {
    if (END_STATES.includes(run.state)) refuse(run, "cancelled");
    await handBackTiles(client, { runId });
    return { state: "cancelled", reason: null, deed: { actor, action: "cancel-run", details: { was: run.state } } };
  });
  abortRun(runId);
}

/** The owner lets a run go on that its own moderation model blocked. Audited with the reason. */
export async function releaseRun(runId: string, release: { reason: string; actor: string }): Promise<void> {
  await change(runId, async (client, run) => {
    if (run.state !== "blocked" || !run.moderation) refuse(run, "released");
    await client.query(
      "UPDATE runs SET moderation = jsonb_set(moderation, '{verdict}', '\"released\"') WHERE id = $1",
      [runId],
    );
    await startNewPass(client, runId);
    const deed = { actor: release.actor, action: "release", details: { reason: release.reason } };
    return { state: "queued", reason: null, deed };
  });
}

/** Which tiles a retry is about: all that failed, just these, or those that share area with a region (of all pages, or of one). */
export type RetryScope = "failed" | { tiles: readonly number[] } | { region: Region; page?: number | undefined };

/** Runs tiles again, keeps all others, then merges and synthesises anew. Audited. Returns how many tiles. */
export async function retryTiles(runId: string, scope: RetryScope, actor: string): Promise<number> {
  let count = 0;
  await change(runId, async (client, run) => {
    if (!END_STATES.includes(run.state) || run.state === "blocked") refuse(run, "retried before it has ended");
    const indexes = await tilesOf(client, run, scope);
    const unfinished = run.state === "cancelled" || run.state === "failed";
    if (indexes.length === 0 && !unfinished) throw new TesseraError("conflict", "there is no tile to retry");
    await client.query(
      `UPDATE tiles SET state = 'pending', failures = 0, due_at = now(), refusals = 0, error = NULL, worker = NULL, escalated = NULL,
          priority = ${FARTHEST_RING}, detections = NULL
        WHERE run_id = $1 AND index = ANY($2::int[])`,
      [runId, indexes],
    );
    await tellTiles(client, runId, indexes);
    await takeBackFindings(client, runId, indexes);
    // What waited for the stronger model keeps its first look until the rule has seen what the others say this time.
    await restoreFirstLooks(client, runId);
    await client.query("UPDATE runs SET escalation = NULL WHERE id = $1", [runId]);
    await startNewPass(client, runId);
    count = indexes.length;
    const which = scope === "failed" ? scope : "region" in scope ? "region" : "chosen";
    const deed = { actor, action: "retry-tiles", details: { which, tiles: count, was: run.state } };
    return { state: run.tilesTotal === null ? "queued" : "running", reason: null, deed };
  });
  return count;
}

/**
 * Merges what the tiles of an ended run said with other settings, as a new version of its findings, and describes it anew; no model is
 * called for tiles. Ids, decisions and comments carry over as in every merge. Audited. Throws `not-found` and `conflict`.
 */
export async function mergeAgain(runId: string, settings: MergeSettings, actor: string): Promise<void> {
  await change(runId, async (client, run) => {
    // Of others tiles are still to be looked at.
    if (run.state !== "completed" && run.state !== "partial") refuse(run, "merged again");
    const { method, metric, threshold } = run.configuration.merge;
    if (method === settings.method && metric === settings.metric && threshold === settings.threshold) {
      throw new TesseraError("conflict", "the run is merged with these settings already");
    }
    await addMerge(client, runId, settings, actor);
    await startNewPass(client, runId);
    const deed = { actor, action: "merge-run", details: { from: run.configuration.merge, to: settings } };
    return { state: "running", reason: null, deed };
  });
}

async function tilesOf(client: PoolClient, run: RunRow, scope: RetryScope): Promise<number[]> {
  const rows = await placesOfTiles(client, run.id);
  if (scope === "failed") return rows.filter((tile) => tile.state === "failed").map((tile) => tile.index);
  if ("region" in scope) {
    const within = regionTest(scope.region);
    // The look at the whole picture shares area with any region, and is not meant.
    const meant = rows.filter((tile) => !tile.wholePicture && (scope.page === undefined || tile.page === scope.page));
    return meant.filter(within).map((tile) => tile.index);
  }
  const known = new Set(rows.map((tile) => tile.index));
  const unknown = scope.tiles.find((index) => !known.has(index));
  if (unknown !== undefined) throw new TesseraError("bad-input", `the run has no tile ${unknown}`);
  return [...new Set(scope.tiles)];
}

/** Changes the cap, at any time; effective within a second, also in other processes. Audited where it is another than before. */
export async function setConcurrency(runId: string, cap: number, actor: string): Promise<void> {
  const { run, deed } = await inTransaction(async (client) => {
    const before = await findRun(client, runId, true);
    const run = before && (await changeCap(client, runId, cap));
    if (!before || !run) throw new TesseraError("not-found", "there is no such run");
    if (before.concurrency === cap) return { run, deed: null };
    const deed = { actor, action: "change-cap", details: { from: before.concurrency, to: cap } };
    await audit(client, { ...deed, subject: `run:${runId}` });
    return { run, deed };
  });
  if (deed) logDeed(runId, deed);
  const event = { kind: "limit", ...(await limitInForce(run)) } as const;
  await appendEvent(pool(), { imageId: run.imageId, runId, event });
  wake();
}
