import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { pool } from "#db/client.ts";
import { freshDatabase } from "#db/test-database.ts";
import { uuidv7 } from "#lib/uuid.ts";
import { imageWithRun } from "../findings/finding-fixtures.ts";
import { startWorker, workerId } from "../workers/worker.ts";
import { startEngine, stopEngine } from "./engine.ts";

freshDatabase();
beforeAll(async () => {
  await startWorker();
});
afterAll(async () => {
  await stopEngine();
});

async function workflowOf(table: "runs" | "images", id: string): Promise<string | null> {
  const { rows } = await pool().query<{ workflow_run_id: string | null }>(
    `SELECT workflow_run_id FROM ${table} WHERE id = $1`,
    [id],
  );
  return rows[0]?.workflow_run_id ?? null;
}

it("starts anew, in the same process, a run and an image whose workflow could not be started", async () => {
  const { imageId, runId } = await imageWithRun();
  const ingesting = uuidv7();
  await pool().query(
    `INSERT INTO images (id, collection_id, name, state, pages)
      SELECT $1, collection_id, 'new', 'ingesting', '[]' FROM images WHERE id = $2`,
    [ingesting, imageId],
  );
  const startIngest = vi.fn(async () => `wrun_${ingesting}`);
  const startRun = vi.fn(async () => `wrun_${runId}`);
  startIngest.mockRejectedValueOnce(new Error("the queue is away"));
  startRun.mockRejectedValueOnce(new Error("the queue is away"));

  await startEngine({ startIngest, startRun });
  await vi.waitFor(async () => expect(await workflowOf("images", ingesting)).toBe(`starting:${workerId()}`), 2000);
  await vi.waitFor(
    async () => {
      expect(await workflowOf("images", ingesting)).toBe(`wrun_${ingesting}`);
      expect(await workflowOf("runs", runId)).toBe(`wrun_${runId}`);
    },
    { timeout: 15_000, interval: 200 },
  );
  expect(startIngest).toHaveBeenCalledTimes(2);
  expect(startRun).toHaveBeenCalledTimes(2);
}, 20_000);
