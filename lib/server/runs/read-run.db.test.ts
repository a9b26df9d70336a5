import { expect, it, vi } from "vitest";
import { pool } from "#db/client.ts";
import { findRun, setRunState } from "#db/queries/runs.ts";
import { runningRun } from "#db/run-fixtures.ts";
import { freshDatabase } from "#db/test-database.ts";
import { RUN_SORTS } from "#lib/core/detection/run.ts";
import { retryTiles } from "./control-run.ts";
import { readRun, readRuns } from "./read-run.ts";

freshDatabase();

const MODEL = { model: "local:centernet" };

/** A run of tiles of which `done` are done in 1, 2, 3 … ms and one failed after a refusal, on a picture of this name. */
async function run(done: number, name: string): Promise<string> {
  const { runId, imageId } = await runningRun(done + 1, MODEL);
  await pool().query("UPDATE images SET name = $2 WHERE id = $1", [imageId, name]);
  await pool().query("UPDATE runs SET tiles_total = $2 WHERE id = $1", [runId, done + 1]);
  await pool().query(
    `UPDATE tiles SET state = 'done', attempts = 1, latency_ms = index + 1, queue_ms = 5, model_ms = index, input_tokens = 10,
        output_tokens = 2, cost = 0.5 WHERE run_id = $1 AND index < $2`,
    [runId, done],
  );
  await pool().query("UPDATE tiles SET state = 'failed', failures = 2, refusals = 1 WHERE run_id = $1 AND index = $2", [
    runId,
    done,
  ]);
  return runId;
}

it("gives figures over all tiles, and keeps those of a run that has ended until it goes on", async () => {
  const id = await run(4, "harbour");
  const figures = {
    imageName: "harbour",
    tiles: { pending: 0, running: 0, done: 4, failed: 1, skipped: 0 },
    latencyMs: { p50: 2.5, p95: expect.closeTo(3.85) },
    queueMs: { p50: 5, p95: 5 },
    modelMs: { p50: 1.5 },
    retries: 3,
    tokens: { input: 40, output: 8 },
    cost: 2,
  };
  expect(await readRun(id)).toMatchObject(figures);
  expect((await findRun(pool(), id))?.figures).toBeNull();

  await setRunState(pool(), id, "partial", null);
  expect(await readRun(id)).toMatchObject(figures);
  expect((await findRun(pool(), id))?.figures).toMatchObject({ tiles: figures.tiles });
  expect(await readRun(id)).toMatchObject(figures);

  await retryTiles(id, "failed", "cli");
  expect((await findRun(pool(), id))?.figures).toBeNull();
  expect((await readRun(id)).tiles).toMatchObject({ done: 4, failed: 0, pending: 1 });
});

it("keeps no figures while a tile is still in hand", async () => {
  const id = await run(2, "late");
  await pool().query("UPDATE tiles SET state = 'running' WHERE run_id = $1 AND index = 0", [id]);
  await setRunState(pool(), id, "failed", "the storage is gone");
  expect((await readRun(id)).tiles.running).toBe(1);
  expect((await findRun(pool(), id))?.figures).toBeNull();
});

it("asks the database as often for many runs as for one", async () => {
  const asked = vi.spyOn(pool(), "query");
  const count = async (limit: number): Promise<number> => {
    await pool().query("UPDATE runs SET figures = NULL");
    asked.mockClear();
    await readRuns({ limit });
    return asked.mock.calls.length;
  };
  for (let index = 0; index < 12; index += 1) await run(1, `many ${index}`);
  const one = await count(1);
  expect(one).toBeLessThanOrEqual(6);
  expect(await count(12)).toBe(one);
  asked.mockRestore();
});

it.each(RUN_SORTS)("lists by %s page after page, none twice and none left out", async (sort) => {
  for (const [tiles, name] of [
    [3, "b"],
    [1, "A"],
    [3, "c"],
  ] as const) {
    await run(tiles, name);
  }
  const whole = (await readRuns({ sort, limit: 200 })).items;
  const paged = [];
  let cursor: string | undefined;
  do {
    const page = await readRuns({ sort, cursor, limit: 2 });
    paged.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  expect(paged.map(({ id }) => id)).toEqual(whole.map(({ id }) => id));
  expect(new Set(paged.map(({ id }) => id)).size).toBe(whole.length);
  const keys = {
    newest: whole.map(({ id }) => id).toReversed(),
    oldest: whole.map(({ id }) => id),
    picture: whole.map(({ imageName }) => imageName.toLowerCase()),
    state: whole.map(({ state }) => (state === "running" ? 0 : 1)),
    tiles: whole.map(({ tiles }) => -(tiles.done + tiles.failed)),
  }[sort];
  const sorted = typeof keys[0] === "number" ? [...keys].sort((a, b) => Number(a) - Number(b)) : [...keys].sort();
  expect(keys).toEqual(sorted);
});

it("finds runs by picture, part of its name, and state", async () => {
  const id = await run(1, "Zürich 50%_a.tif");
  const { imageId } = await readRun(id);
  await setRunState(pool(), id, "cancelled", null);
  const ids = async (filter: Partial<Parameters<typeof readRuns>[0]>) =>
    (await readRuns({ limit: 200, ...filter })).items.map((item) => item.id);
  expect(await ids({ image: imageId })).toEqual([id]);
  expect(await ids({ q: "50%_A" })).toEqual([id]);
  expect(await ids({ q: "nowhere" })).toEqual([]);
  expect(await ids({ state: "cancelled" })).toEqual([id]);
});
