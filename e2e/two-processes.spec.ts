import type { ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import type { Client } from "pg";
import { type FakeProvider, startFakeProvider } from "#e2e/support/fake-provider.ts";
import { noisePicture } from "#e2e/support/pictures.ts";
import { findingsOf, startFakeRun } from "#e2e/support/runs.ts";
import {
  connectTo,
  endWorkers,
  killServer,
  type RunningServer,
  startServer,
  startWorkers,
} from "#e2e/support/server.ts";

/** Two processes on one database: when one is killed, the other finishes its work without anybody's help. */

test.describe.configure({ mode: "serial" });
test.setTimeout(180_000);

const CAP = 8;
const COLUMNS = 40;
const ROWS = 30;
const TILES = COLUMNS * ROWS;
/** Until a call comes again after one process died. */
const STALL_MS = 45_000;

let provider: FakeProvider;
let dataDir: string;
let server: RunningServer;
let workers: ChildProcess;
let imageId: string;

const env = () => ({ OPENAI_COMPATIBLE_BASE_URL: provider.url });

test.beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "tessera-two-"));
  provider = await startFakeProvider({ detections: "from-pixels", latencyMs: 60 });
  server = await startServer({ dataDir, env: env() });
  imageId = (await server.upload("noise.jpg", await noisePicture(COLUMNS * 128, ROWS * 128))).id;
  workers = await startWorkers({ dataDir, env: env() });
});

test.afterAll(async () => {
  await endWorkers(workers, "SIGTERM");
  await server?.stop();
  await provider?.close();
  await rm(dataDir, { recursive: true, force: true });
});

const start = async (): Promise<string> => startFakeRun(await server.api("operator"), imageId, { concurrency: CAP });

async function onDatabase<T>(read: (database: Client) => Promise<T>): Promise<T> {
  const database = await connectTo(dataDir);
  try {
    return await read(database);
  } finally {
    await database.end();
  }
}

const found = (runId: string): Promise<string[]> => onDatabase((database) => findingsOf(database, runId));

async function ledger(runId: string): Promise<{ state: string; done: number; workers: number }> {
  return onDatabase(async (database) => {
    const { rows } = await database.query(
      `SELECT state, (SELECT count(*)::int FROM tiles WHERE run_id = $1 AND state = 'done') AS done,
          (SELECT count(DISTINCT worker)::int FROM tiles WHERE run_id = $1 AND state = 'running') AS workers
        FROM runs WHERE id = $1`,
      [runId],
    );
    return rows[0];
  });
}

/** Waits until a third of the run is done, kills, and says how long no call came and how many calls were repeated. */
async function killInTheMiddle(runId: string, callsBefore: number, kill: () => Promise<void>) {
  await expect.poll(async () => (await ledger(runId)).done, { timeout: 60_000 }).toBeGreaterThan(TILES / 3);
  await kill();
  const atKill = provider.calls;
  const from = Date.now();
  // What was in flight of the other process may still come; work goes on where a good number more does.
  await expect.poll(() => provider.calls - atKill, { timeout: STALL_MS, intervals: [100] }).toBeGreaterThan(3 * CAP);
  const stalledMs = Date.now() - from;
  await expect.poll(async () => (await ledger(runId)).state, { timeout: 120_000 }).toBe("completed");
  return { stalledMs, repeated: provider.calls - callsBefore - TILES };
}

let undisturbed: string[];

test("both share one run, and its cap", async () => {
  const before = provider.calls;
  const id = await start();
  let both = 0;
  await expect
    .poll(
      async () => {
        const now = await ledger(id);
        both = Math.max(both, now.workers);
        return now.state;
      },
      { timeout: 90_000, intervals: [100] },
    )
    .toBe("completed");
  undisturbed = await found(id);
  expect(both).toBe(2);
  expect(provider.maxInFlight).toBeLessThanOrEqual(CAP);
  expect(provider.calls - before).toBe(TILES);
});

test("the worker is killed: the server finishes, and repeats what was in flight at most", async () => {
  const before = provider.calls;
  const id = await start();
  const { stalledMs, repeated } = await killInTheMiddle(id, before, () => endWorkers(workers, "SIGKILL"));
  expect(stalledMs).toBeLessThan(STALL_MS);
  expect(repeated).toBeLessThanOrEqual(CAP);
  expect(await found(id)).toEqual(undisturbed);
  workers = await startWorkers({ dataDir, env: env() });
});

test("the server that started Postgres is killed: the worker finishes, and keeps Postgres", async () => {
  const before = provider.calls;
  const id = await start();
  const { stalledMs, repeated } = await killInTheMiddle(id, before, () => killServer(server));
  expect(stalledMs).toBeLessThan(STALL_MS);
  expect(repeated).toBeLessThanOrEqual(CAP);
  expect(await found(id)).toEqual(undisturbed);
  server = await startServer({ dataDir, env: env() });
});

test("a process that is asked to end hands its tiles over: nothing is repeated", async () => {
  const before = provider.calls;
  const id = await start();
  const { repeated } = await killInTheMiddle(id, before, () => endWorkers(workers, "SIGTERM"));
  expect(repeated).toBe(0);
  expect(await found(id)).toEqual(undisturbed);
});
