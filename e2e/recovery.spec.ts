import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { type FakeProvider, startFakeProvider } from "#e2e/support/fake-provider.ts";
import { noisePicture } from "#e2e/support/pictures.ts";
import { findingsOf, startFakeRun } from "#e2e/support/runs.ts";
import { connectTo, killAll, killServer, type RunningServer, startServer } from "#e2e/support/server.ts";
import { releaseTrap, setTrap, TRAPS, type Trap } from "#e2e/support/traps.ts";
import { CHECKPOINT_LIMIT_BYTES } from "#lib/core/checkpoint.ts";

/**
 * A run of 1,536 tiles, two groups of them, is killed with -9 at every stage of its life and started again each time. The traps are triggers and locks
 * in the test's own database: the product has no hook for being killed.
 */

const CAP = 12;
const WIDTH = 6144;
const HEIGHT = 4096;
const TILE = 128;
const TILES = (WIDTH / TILE) * (HEIGHT / TILE);

type Api = { get<T>(path: string): Promise<T>; post<T>(path: string, body: unknown): Promise<T> };

test.describe.configure({ mode: "serial" });
test.setTimeout(420_000);

let provider: FakeProvider;
let server: RunningServer;
let dataDir: string;
let api: Api;
let imageId: string;
let undisturbed: string[];

async function start(): Promise<void> {
  const env = { OPENAI_COMPATIBLE_BASE_URL: provider.url, OPENAI_COMPATIBLE_API_KEY: "test" };
  server = await startServer({ dataDir, env });
  api = await server.api("operator");
}

async function until<T>(what: string, read: () => Promise<T>, enough: (value: T) => boolean, ms = 90_000): Promise<T> {
  const deadline = Date.now() + ms;
  for (;;) {
    const value = await read();
    if (enough(value)) return value;
    if (Date.now() > deadline) throw new Error(`${what} did not happen within ${ms} ms: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

type Row = { state: string; reason: string | null; tiles: Record<string, number> };
const finished = (run: Row): boolean =>
  !["queued", "planning", "running", "synthesizing", "paused"].includes(run.state);

async function waitForEnd(runId: string): Promise<Row> {
  return until("the end of the run", () => api.get<Row>(`/api/v1/runs/${runId}`), finished, 150_000);
}

test.beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "tessera-recovery-"));
  provider = await startFakeProvider({ detections: "from-pixels" });
  await start();
  const image = await server.upload("noise.jpg", await noisePicture(WIDTH, HEIGHT));
  imageId = image.id;
});

test.afterAll(async () => {
  await server?.stop();
  await provider?.close();
  await rm(dataDir, { recursive: true, force: true });
});

test("an undisturbed run asks the model once a tile and ends completed", async () => {
  const before = provider.calls;
  const runId = await startFakeRun(api, imageId, { concurrency: CAP });
  const run = await waitForEnd(runId);
  expect(run).toMatchObject({ state: "completed", tiles: { done: TILES, failed: 0, pending: 0, running: 0 } });
  expect(provider.calls - before).toBe(TILES);
  const database = await connectTo(dataDir);
  undisturbed = await findingsOf(database, runId);
  await database.end();
  expect(undisturbed.length).toBeGreaterThan(500);
});

type Stage = { name: string; trap: Trap | null; kill: "server" | "everything" };
const STAGES: Stage[] = [
  { name: "in planning, the server alone", trap: TRAPS.planning, kill: "server" },
  { name: "in a batch, the server alone", trap: null, kill: "server" },
  { name: "in a batch, Postgres too", trap: null, kill: "everything" },
  { name: "before the next group is made, Postgres too", trap: TRAPS.beforeHandOver, kill: "everything" },
  { name: "after the next group is made, before it is claimed", trap: TRAPS.afterHandOver, kill: "server" },
  { name: "in the merge, Postgres too", trap: TRAPS.merge, kill: "everything" },
  { name: "in the synthesis, the server alone", trap: TRAPS.synthesis, kill: "server" },
];

for (const stage of STAGES) {
  test(`killed ${stage.name}: it finishes by itself, with the same findings`, async () => {
    const before = provider.calls;
    let database = await connectTo(dataDir);
    const trap = stage.trap ? await setTrap(database, stage.trap) : null;
    const runId = await startFakeRun(api, imageId, { concurrency: CAP });
    if (trap) await until("the trap", () => trap.caught(), Boolean);
    else
      await until(
        "half the tiles",
        () => api.get<Row>(`/api/v1/runs/${runId}`),
        (run) => (run.tiles["done"] ?? 0) > 600,
      );

    if (stage.kill === "server") await killServer(server);
    else await killAll(server);
    if (trap && stage.kill === "server") await releaseTrap(database, trap);
    await database.end().catch(() => undefined);

    await start();
    database = await connectTo(dataDir);
    if (stage.trap && stage.kill === "everything") await releaseTrap(database, { trap: stage.trap });
    const run = await waitForEnd(runId);
    expect(run).toMatchObject({ state: "completed", tiles: { done: TILES, failed: 0, pending: 0, running: 0 } });
    expect(await findingsOf(database, runId)).toEqual(undisturbed);
    const repeated = provider.calls - before - TILES;
    expect(repeated).toBeGreaterThanOrEqual(0);
    expect(repeated).toBeLessThanOrEqual(CAP);
    await database.end();
  });
}

test("the SDK's own records show groups as workflow runs, batches as steps, and nothing over 256 KB", async () => {
  const database = await connectTo(dataDir);
  const { rows: groups } = await database.query<{ runs: number; least: number }>(
    `SELECT count(*)::int AS runs, min(groups)::int AS least FROM (
        SELECT run_id, count(*) AS groups FROM run_groups g
          JOIN workflow.workflow_runs w ON w.id = g.workflow_run_id AND w.name LIKE '%analyzeGroup'
         WHERE g.sequence > 0 GROUP BY run_id) AS per_run`,
  );
  expect(groups[0]?.runs).toBe(STAGES.length + 1);
  expect(groups[0]?.least).toBeGreaterThanOrEqual(Math.ceil(TILES / 1024));
  const { rows: unclaimed } = await database.query(
    "SELECT 1 FROM run_groups WHERE workflow_run_id NOT IN (SELECT id FROM workflow.workflow_runs)",
  );
  expect(unclaimed).toEqual([]);
  const { rows: batches } = await database.query<{ count: number }>(
    "SELECT count(*)::int AS count FROM workflow.workflow_steps WHERE step_name LIKE '%analyzeBatch' AND status = 'completed'",
  );
  // A batch starts 128 tiles at most.
  expect(batches[0]?.count).toBeGreaterThanOrEqual(((STAGES.length + 1) * TILES) / 128);
  const { rows: largest } = await database.query<{ bytes: number }>(
    `SELECT greatest(
        (SELECT max(octet_length(input_cbor)) FROM workflow.workflow_runs), (SELECT max(octet_length(output_cbor)) FROM workflow.workflow_runs),
        (SELECT max(octet_length(input_cbor)) FROM workflow.workflow_steps), (SELECT max(octet_length(output_cbor)) FROM workflow.workflow_steps),
        (SELECT max(octet_length(payload_cbor)) FROM workflow.workflow_events)) AS bytes`,
  );
  expect(largest[0]?.bytes).toBeGreaterThan(0);
  expect(largest[0]?.bytes).toBeLessThanOrEqual(CHECKPOINT_LIMIT_BYTES);
  await database.end();
});
