import { expect, it } from "vitest";
import { pool } from "#db/client.ts";
import { readAudit } from "#db/queries/audit.ts";
import { freshDatabase } from "#db/test-database.ts";
import { imageWithRun } from "../findings/finding-fixtures.ts";
import { cancelRun, pauseRun, resumeRun, retryTiles, setConcurrency } from "./control-run.ts";

freshDatabase();

/** What the audit log holds of a run: who did what, with its details. */
async function deeds(runId: string): Promise<unknown[]> {
  return (await readAudit(pool(), `run:${runId}`)).map(({ actor, action, details }) => [actor, action, details]);
}

async function runIn(state: string): Promise<string> {
  const { runId } = await imageWithRun();
  await pool().query("UPDATE runs SET state = $2, concurrency = 4, tiles_total = 0 WHERE id = $1", [runId, state]);
  return runId;
}

it("audits who paused, resumed, recapped, cancelled and retried a run, in order", async () => {
  const run = await runIn("running");
  await setConcurrency(run, 16, "ada@example.org");
  await pauseRun(run, { actor: "token:ci" });
  await resumeRun(run, "ada@example.org");
  await cancelRun(run, "cli");
  await retryTiles(run, "failed", "ben@example.org");
  expect(await deeds(run)).toEqual([
    ["ada@example.org", "change-cap", { from: 4, to: 16 }],
    ["token:ci", "pause-run", null],
    ["ada@example.org", "resume-run", { reason: null }],
    ["cli", "cancel-run", { was: "running" }],
    ["ben@example.org", "retry-tiles", { which: "failed", tiles: 0, was: "cancelled" }],
  ]);
});

it("audits nothing that did not happen: what is refused, what changes nothing, what nobody did", async () => {
  const ended = await runIn("completed");
  await expect(pauseRun(ended, { actor: "cli" })).rejects.toThrow("cannot be paused");
  await expect(cancelRun(ended, "cli")).rejects.toThrow("cannot be cancelled");
  await setConcurrency(ended, 4, "cli");
  expect(await deeds(ended)).toEqual([]);

  const run = await runIn("running");
  await pauseRun(run, { reason: "no key for openai" });
  await pauseRun(run, { actor: "cli" });
  expect(await deeds(run)).toEqual([]);
  await resumeRun(run, "cli");
  expect(await deeds(run)).toEqual([["cli", "resume-run", { reason: "no key for openai" }]]);
});
