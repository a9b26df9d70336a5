import { afterAll, beforeAll, expect, it } from "vitest";
import { pool } from "#db/client.ts";
import { runningRun } from "#db/run-fixtures.ts";
import { freshDatabase } from "#db/test-database.ts";
import { type FakeProvider, startFakeProvider } from "#e2e/support/fake-provider.ts";
import { TICKET_VERSION } from "#lib/core/checkpoint.ts";
import { synthesizeRun } from "./synthesize-run.ts";

freshDatabase();
let provider: FakeProvider;

beforeAll(async () => {
  provider = await startFakeProvider({ latencyMs: 200 });
  process.env["OPENAI_COMPATIBLE_BASE_URL"] = provider.url;
});
afterAll(() => provider.close());

it("a step that the queue handed out twice asks a hosted model once", async () => {
  const { runId } = await runningRun(2, { synthesisModel: "openai-compatible:fake", pages: [0] });
  await pool().query("UPDATE tiles SET state = 'done', detections = '[]' WHERE run_id = $1", [runId]);
  const { rows } = await pool().query("UPDATE runs SET state = 'synthesizing' WHERE id = $1 RETURNING pass", [runId]);
  const ticket = { version: TICKET_VERSION, runId, pass: rows[0].pass, sequence: 0 };
  const ends = await Promise.all([synthesizeRun(ticket), synthesizeRun(ticket)]);
  expect(ends.filter((end) => end !== null)).toEqual([{ state: "completed" }]);
  expect(provider.callsByTask.synthesis).toBe(1);
});
