import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { type FakeProvider, startFakeProvider } from "#e2e/support/fake-provider.ts";
import { noisePicture } from "#e2e/support/pictures.ts";
import { FAKE_MODEL, startFakeRun } from "#e2e/support/runs.ts";
import { environmentFor, type RunningServer, startServer, TESSERA, tessera } from "#e2e/support/server.ts";

/** Runs are watched, limited and mended from the command line, beside a server, across its restart, and without one. */

test.describe.configure({ mode: "serial" });
test.setTimeout(180_000);

const COLUMNS = 8;
const ROWS = 6;

let server: RunningServer;
let provider: FakeProvider;
let dataDir: string;
let imageId: string;
let env: Record<string, string>;

test.beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "tessera-steer-"));
  provider = await startFakeProvider({ detections: "from-pixels" });
  env = { OPENAI_COMPATIBLE_BASE_URL: provider.url };
  server = await startServer({ dataDir, env });
  imageId = (await server.upload("harbour.jpg", await noisePicture(COLUMNS * 128, ROWS * 128))).id;
});

test.afterAll(async () => {
  await server?.stop();
  await provider?.close();
  await rm(dataDir, { recursive: true, force: true });
});

const start = async (more: Record<string, unknown>): Promise<string> =>
  startFakeRun(await server.api("operator"), imageId, { retry: { attempts: 1 }, ...more });
const cli = (...args: string[]) => tessera(dataDir, args, { env });
const shown = async (id: string) => JSON.parse((await cli("runs", id, "--json")).stdout);

/** A command that goes on, with what it has printed. */
function launch(...args: string[]) {
  const child: ChildProcess = spawn(TESSERA, args, { env: environmentFor(dataDir, env) });
  let stdout = "";
  child.stdout?.on("data", (chunk) => (stdout += String(chunk)));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  return { output: () => stdout, ended };
}

test("tiles that failed are tried again: single ones, those of a region, all", async () => {
  // Slow enough that the command looks on before all has failed.
  provider.set({ behaviour: () => ({ kind: "status", status: 400, message: "unreadable" }), latencyMs: 1000 });
  const id = await start({ concurrency: 8 });
  const watched = await cli("runs", id, "--watch");
  expect(watched.code).toBe(1);
  expect(watched.stdout).toMatch(/^tile \d+ {2}failed {2}attempt 1 .*unreadable/m);
  expect((await shown(id)).tiles.failed).toBe(COLUMNS * ROWS);

  provider.set({ behaviour: () => ({ kind: "ok" }), latencyMs: 0 });
  let calls = provider.calls;
  const asked = (): number => {
    const before = calls;
    calls = provider.calls;
    return calls - before;
  };
  const some = await cli("retry", id, "--tiles", "0,2-4", "--json");
  expect(some.code).toBe(1);
  expect(JSON.parse(some.stdout)).toMatchObject({ id, state: "partial", tiles: { done: 4 } });
  expect(asked()).toBe(4);

  // Two columns of the second row, and a triangle in the tile at the bottom right.
  expect((await cli("retry", id, "--region", "10,140,200,50")).code).toBe(1);
  const triangle = {
    type: "Polygon",
    coordinates: [
      [
        [1000, 700],
        [1020, 700],
        [1020, 760],
        [1000, 700],
      ],
    ],
  };
  await cli("retry", id, "--region", JSON.stringify(triangle));
  expect((await shown(id)).tiles).toMatchObject({ done: 7, failed: COLUMNS * ROWS - 7 });

  const all = await cli("retry", id);
  expect(all).toMatchObject({ code: 0, stdout: `${id} completed\n` });
  expect((await shown(id)).tiles).toMatchObject({ done: COLUMNS * ROWS, failed: 0 });

  for (const args of [
    ["--tiles", "9999"],
    ["--tiles", "x"],
    ["--region", "1,2,3"],
    ["--tiles", "1", "--region", "0,0,1,1"],
  ]) {
    const { code, stderr, stdout } = await cli("retry", id, ...args);
    expect({ args, code, lines: stderr.trim().split("\n").length, stdout }).toEqual({
      args,
      code: 2,
      lines: 1,
      stdout: "",
    });
  }
});

test("limits of a model are listed, set one by one, obeyed and lifted", async () => {
  expect(JSON.parse((await cli("limits", "--json")).stdout)).toEqual([]);
  const set = await cli("limits", FAKE_MODEL, "--concurrency", "2", "--input-price", "1.5", "--json");
  expect(JSON.parse(set.stdout)).toMatchObject({
    model: FAKE_MODEL,
    concurrency: 2,
    inputPrice: 1.5,
    outputPrice: null,
  });
  await cli("limits", FAKE_MODEL, "--output-price", "6");
  expect((await cli("limits")).stdout).toBe(
    `${FAKE_MODEL}  2 at once, 1.5 US$ a million tokens in, 6 US$ a million tokens out\n`,
  );

  provider.set({ latencyMs: 100 });
  const id = await start({ concurrency: 8 });
  let most = 0;
  const timer = setInterval(() => (most = Math.max(most, provider.inFlight)), 10);
  const { code, stdout } = await cli("runs", id, "--watch", "--json");
  clearInterval(timer);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ id, state: "completed" });
  expect(JSON.parse(stdout).cost).toBeGreaterThan(0);
  expect(most).toBeLessThanOrEqual(2);

  const none = ["--concurrency", "none", "--input-price", "none", "--output-price", "none"];
  expect((await cli("limits", FAKE_MODEL, ...none)).stdout).toBe(`${FAKE_MODEL}  no limits, no prices\n`);
  for (const args of [
    ["no-model"],
    [FAKE_MODEL, "--concurrency", "0"],
    [FAKE_MODEL, "--concurrency", "many"],
    ["--concurrency", "3"],
  ]) {
    const { code, stderr, stdout } = await cli("limits", ...args);
    expect({ args, code, lines: stderr.trim().split("\n").length, stdout }).toEqual({
      args,
      code: 2,
      lines: 1,
      stdout: "",
    });
  }
});

test("a watch shows throttling and the limit in force, and lives through a restart of the server", async () => {
  provider.set({ latencyMs: 400, allows: 3 });
  const id = await start({ concurrency: 8, retry: { attempts: 3, backoffMs: 100 } });
  const watch = launch("runs", id, "--watch");
  const quiet = launch("runs", id, "--watch", "--json");
  await expect.poll(() => watch.output()).toMatch(/^tile \d+ {2}throttled .*too many at once/m);
  await expect
    .poll(() => watch.output())
    .toMatch(/^run {2}running {2}.*\d of 8 at once \((still doubling|steady|holding still)\), [1-9]\d* refused/m);
  await server.stop();
  const lines = watch.output().split("\n").length;
  server = await startServer({ dataDir, env });
  expect(await watch.ended).toBe(0);
  expect(await quiet.ended).toBe(0);
  expect(watch.output().split("\n").length).toBeGreaterThan(lines + 10);
  expect(watch.output()).toMatch(/^run {2}completed/m);
  expect(watch.output()).toMatch(/tiles\/s.*p50 .*p95 /);
  const run = JSON.parse(quiet.output());
  expect(run).toMatchObject({ id, state: "completed", tiles: { done: COLUMNS * ROWS } });
  expect(run.throttled).toBeGreaterThan(0);
});

test("a pause by hand is waited out; without any server the watch does the work itself", async () => {
  // Slow until the pause is there: commands take their time on a busy machine.
  provider.set({ latencyMs: 1500, allows: 64 });
  const id = await start({ concurrency: 4 });
  const watch = launch("runs", id, "--watch");
  await expect.poll(() => watch.output()).toMatch(/^tile \d+ {2}done/m);
  expect((await cli("pause", id)).stdout).toBe(`${id} paused\n`);
  provider.set({ latencyMs: 200 });
  await expect.poll(() => watch.output()).toMatch(/^run {2}paused/m);
  const resumed = launch("resume", id);
  await expect.poll(() => watch.output()).toMatch(/^run {2}running(.|\n)*^tile \d+ {2}done/m);
  expect(await watch.ended).toBe(0);
  expect(await resumed.ended).toBe(0);

  const alone = await start({ concurrency: 2 });
  await server.stop();
  expect((await shown(alone)).tiles.done).toBeLessThan(COLUMNS * ROWS);
  const done = await cli("runs", alone, "--watch", "--json");
  expect(done.code).toBe(0);
  expect(JSON.parse(done.stdout)).toMatchObject({ state: "completed", tiles: { done: COLUMNS * ROWS } });

  const { stdout } = await cli("runs", "--state", "completed", "--limit", "2", "--json");
  expect(JSON.parse(stdout).map((run: { id: string }) => run.id)).toEqual([alone, id]);
  server = await startServer({ dataDir, env });
  const other = await start({ concurrency: 1 });
  expect((await cli("cancel", other)).stdout).toBe(`${other} cancelled\n`);
  expect((await cli("runs", other, "--watch", "--json")).code).toBe(1);
});
