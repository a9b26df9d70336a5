import { expect, it, vi } from "vitest";
import { pool } from "#db/client.ts";
import { findRun } from "#db/queries/runs.ts";
import { freshDatabase } from "#db/test-database.ts";
import { TICKET_VERSION } from "#lib/core/checkpoint.ts";
import { resolveConfiguration } from "#lib/core/presets/resolve.ts";
import { events, imageWithRun } from "../findings/finding-fixtures.ts";
import { cancelRun, pauseRun, resumeRun } from "./control-run.ts";
import { planRun } from "./plan-run.ts";

freshDatabase();
// Before anything reads the configuration: nobody's own key is in it.
delete process.env["OPENAI_API_KEY"];

/** A queued run of 100,000 px square in tiles of 2,000 px. */
async function queuedRun() {
  const { imageId, runId } = await imageWithRun();
  const tiling = { tile: 2000, overlap: 0 };
  // There is no picture to look at.
  const configuration = resolveConfiguration({ tiling, skipBackground: false }, { pages: 1 });
  await pool().query("UPDATE runs SET state = 'queued', configuration = $2 WHERE id = $1", [
    runId,
    JSON.stringify(configuration),
  ]);
  const stateOf = async () => (await findRun(pool(), runId))?.state;
  const ticket = async () => {
    const pass = (await findRun(pool(), runId))?.pass ?? -1;
    return { version: TICKET_VERSION, runId, pass, sequence: 0 };
  };
  const runEvents = async () => (await events(imageId)).filter(({ kind }) => kind === "run");
  return { runId, stateOf, ticket, runEvents };
}

/** Keeps the plan from being written until the result is called. */
async function holdUpPlan(runId: string): Promise<() => Promise<void>> {
  const client = await pool().connect();
  await client.query("BEGIN");
  await client.query(
    `INSERT INTO tiles (run_id, index, page, x, y, width, height, read_width, read_height)
      VALUES ($1, 0, 0, 0, 0, 1, 1, 1, 1)`,
    [runId],
  );
  return async () => {
    await client.query("ROLLBACK");
    client.release();
  };
}

it("is planning while its tiles are written, and running once they all are", async () => {
  const run = await queuedRun();
  const goOn = await holdUpPlan(run.runId);
  const planned = planRun(await run.ticket());
  await vi.waitFor(async () => expect(await run.stateOf()).toBe("planning"));
  expect(await run.runEvents()).toMatchObject([{ state: "planning", tilesTotal: null }]);
  await goOn();
  const { tiles } = (await planned) ?? { tiles: 0 };
  expect(tiles).toBeGreaterThanOrEqual(2500);
  expect(await run.stateOf()).toBe("running");
  expect(await run.runEvents()).toMatchObject([{ state: "planning" }, { state: "running", tilesTotal: tiles }]);
  expect(await planRun(await run.ticket())).toBeNull();
});

it("can be paused while it is planned: the plan is whole after the resume", async () => {
  const run = await queuedRun();
  const goOn = await holdUpPlan(run.runId);
  const planned = planRun(await run.ticket());
  await vi.waitFor(async () => expect(await run.stateOf()).toBe("planning"));
  await pauseRun(run.runId, { actor: "cli" });
  expect(await run.stateOf()).toBe("paused");
  await goOn();
  expect(await planned).toBeNull();
  await resumeRun(run.runId, "cli");
  expect(await run.stateOf()).toBe("queued");
  const { tiles } = (await planRun(await run.ticket())) ?? { tiles: 0 };
  const { rows } = await pool().query("SELECT count(*)::int AS count FROM tiles WHERE run_id = $1", [run.runId]);
  expect(rows[0]).toEqual({ count: tiles });
});

it("stays cancelled where it is cancelled while it is planned", async () => {
  const run = await queuedRun();
  const goOn = await holdUpPlan(run.runId);
  const planned = planRun(await run.ticket());
  await vi.waitFor(async () => expect(await run.stateOf()).toBe("planning"));
  await cancelRun(run.runId, "cli");
  await goOn();
  expect(await planned).toBeNull();
  expect(await run.stateOf()).toBe("cancelled");
});

it.each(["model", "moderationModel"])(
  "pauses with the remedy where its %s has no key, and is planned after the resume",
  async (role) => {
    const run = await queuedRun();
    const configuration = (await findRun(pool(), run.runId))?.configuration;
    const keyless = JSON.stringify({ ...configuration, [role]: "openai:gpt-4o" });
    await pool().query("UPDATE runs SET configuration = $2 WHERE id = $1", [run.runId, keyless]);
    expect(await planRun(await run.ticket())).toBeNull();
    expect(await findRun(pool(), run.runId)).toMatchObject({
      state: "paused",
      reason: expect.stringMatching(/no key for openai.*OPENAI_API_KEY/),
    });
    expect(await run.runEvents()).toMatchObject([{ state: "planning" }, { state: "paused" }]);

    await pool().query("UPDATE runs SET configuration = $2 WHERE id = $1", [run.runId, JSON.stringify(configuration)]);
    await resumeRun(run.runId, "cli");
    expect(await planRun(await run.ticket())).not.toBeNull();
    expect(await run.stateOf()).toBe("running");
  },
);
