import { describe, expect, it, vi } from "vitest";
import { pool } from "#db/client.ts";
import { restartLostIngests } from "#db/queries/ingest.ts";
import { findStrandedRuns, noteSeen } from "#db/queries/runs.ts";
import { runningRun } from "#db/run-fixtures.ts";
import { freshDatabase } from "#db/test-database.ts";
import { uuidv7 } from "#lib/uuid.ts";
import { asStep } from "./as-step.ts";

freshDatabase();

const LIMITS = { graceSeconds: 10, silenceSeconds: 35 };

/** A run in a state, that a workflow run has been started for, and that nothing was heard of for so many seconds. */
async function silentRun(state: string, seconds: number, workflowRunId = "wrun_lost"): Promise<string> {
  const { runId } = await runningRun(1);
  await pool().query(
    "UPDATE runs SET state = $2, workflow_run_id = $3, seen_at = now() - make_interval(secs => $4) WHERE id = $1",
    [runId, state, workflowRunId, seconds],
  );
  return runId;
}

describe("a run whose chain is lost", () => {
  it.each(["queued", "planning", "running", "synthesizing"])("is found while it is %s", async (state) => {
    const lost = await silentRun(state, 40);
    const heard = await silentRun(state, 30);
    const found = await findStrandedRuns(pool(), LIMITS);
    expect(found).toContain(lost);
    expect(found).not.toContain(heard);
  });

  it("is not one that is held, has ended, is about to be started, or that the janitor had no database for", async () => {
    const others = await Promise.all([silentRun("paused", 40), silentRun("completed", 40)]);
    const starting = await silentRun("queued", 40, "starting:3");
    const found = await findStrandedRuns(pool(), LIMITS);
    for (const run of [...others, starting]) expect(found).not.toContain(run);
    const lost = await silentRun("running", 40);
    expect(await findStrandedRuns(pool(), { ...LIMITS, silenceSeconds: null })).not.toContain(lost);
  });

  it("is not one that a step works on, however long that takes", async () => {
    const runId = await silentRun("planning", 40);
    await asStep("planRun", { runId, pass: 0 }, async () => {
      await vi.waitFor(async () => expect(await findStrandedRuns(pool(), LIMITS)).not.toContain(runId), 5000);
      return null;
    });
  });

  it("is one that a step of an older pass works on alone", async () => {
    const runId = await silentRun("running", 40);
    await pool().query("UPDATE runs SET pass = 1 WHERE id = $1", [runId]);
    await asStep("analyzeBatch", { runId, pass: 0 }, async () => {
      await noteSeen(pool(), runId, 0);
      return null;
    });
    expect(await findStrandedRuns(pool(), LIMITS)).toContain(runId);
  });
});

/** An image in a state, that an ingest has been started for, and that nothing was heard of for so many seconds. */
async function silentImage(
  state: string,
  seconds: number,
  workflowRunId: string | null = "wrun_lost",
): Promise<string> {
  const { imageId } = await runningRun(1);
  const id = uuidv7();
  await pool().query(
    `INSERT INTO images (id, collection_id, name, state, pages, workflow_run_id, seen_at)
      SELECT $1, collection_id, 'new', $3, '[]', $4, now() - make_interval(secs => $5) FROM images WHERE id = $2`,
    [id, imageId, state, workflowRunId, seconds],
  );
  return id;
}

describe("an image whose ingest is lost", () => {
  it("is handed to ingest again, once, and no other is", async () => {
    const lost = await silentImage("ingesting", 40);
    await silentImage("ingesting", 30);
    await silentImage("ingesting", 40, "starting:3");
    await silentImage("ingesting", 40, null);
    for (const state of ["ready", "failed", "blocked"]) await silentImage(state, 40);
    expect(await restartLostIngests(pool(), 35)).toEqual([lost]);
    expect(await restartLostIngests(pool(), 35)).toEqual([]);
  });

  it("is not one that a step works on, however long that takes", async () => {
    const imageId = await silentImage("ingesting", 40);
    await asStep("buildPyramid", { version: 1, imageId }, async () => {
      await vi.waitFor(async () => {
        const { rows } = await pool().query("SELECT 1 FROM images WHERE id = $1 AND seen_at > now() - interval '5 s'", [
          imageId,
        ]);
        expect(rows).toHaveLength(1);
      }, 5000);
      expect(await restartLostIngests(pool(), 35)).toEqual([]);
      return null;
    });
  });
});
