import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { type FakeProvider, startFakeProvider } from "#e2e/support/fake-provider.ts";
import { noisePicture } from "#e2e/support/pictures.ts";
import { FAKE_MODEL, startFakeRun } from "#e2e/support/runs.ts";
import { type Api, type RunningServer, startServer, tessera } from "#e2e/support/server.ts";

/** Limits as the provider itself counts them. */

test.describe.configure({ mode: "serial" });

const LATENCY_MS = 150;

type Run = {
  id: string;
  state: string;
  reason: string | null;
  tiles: Record<"pending" | "running" | "done" | "failed" | "skipped", number>;
  concurrency: { cap: number; inForce: number; phase: string };
};

let server: RunningServer;
let api: Api;
let provider: FakeProvider;
let dataDir: string;
let imageId: string;

test.beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "tessera-limits-"));
  provider = await startFakeProvider({ latencyMs: LATENCY_MS });
  server = await startServer({ dataDir, env: { OPENAI_COMPATIBLE_BASE_URL: provider.url } });
  api = await server.api("operator");
  imageId = (await server.upload("noise.jpg", await noisePicture(8192, 6144))).id;
});

test.afterAll(async () => {
  await server?.stop();
  await provider?.close();
  await rm(dataDir, { recursive: true, force: true });
});

const start = (concurrency: number, more: Record<string, unknown> = {}): Promise<string> =>
  startFakeRun(api, imageId, { concurrency, ...more });

const read = (id: string): Promise<Run> => api.get<Run>(`/api/v1/runs/${id}`);
const control = (id: string, verb: string) => api.post(`/api/v1/runs/${id}/${verb}`, {});
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function send(method: string, path: string, body: unknown): Promise<Response> {
  const headers = { "content-type": "application/json" };
  return api.fetch(path, { method, headers, body: JSON.stringify(body) });
}

/** Milliseconds until the provider's own count is as wanted; infinite where it never is. */
async function msUntil(holds: (inFlight: number) => boolean): Promise<number> {
  const from = performance.now();
  while (!holds(provider.inFlight)) {
    if (performance.now() - from > 10_000) return Number.POSITIVE_INFINITY;
    await wait(2);
  }
  return performance.now() - from;
}

/** Milliseconds until no more than so many are in flight for good: for two seconds it is watched for more. */
async function msUntilNoMoreThan(most: number): Promise<number> {
  const from = performance.now();
  let last = from;
  while (performance.now() < from + 2000) {
    if (provider.inFlight > most) last = performance.now();
    await wait(2);
  }
  return last - from;
}

/** The most and the fewest in flight over a while. */
async function watch(ms: number): Promise<{ most: number; fewest: number }> {
  const until = performance.now() + ms;
  let [most, fewest] = [0, Number.POSITIVE_INFINITY];
  while (performance.now() < until) {
    most = Math.max(most, provider.inFlight);
    fewest = Math.min(fewest, provider.inFlight);
    await wait(2);
  }
  return { most, fewest };
}

test("the cap is followed within a second, up and down; pause, resume and cancel too", async () => {
  const id = await start(2);
  expect(await msUntil((count) => count === 2)).toBeLessThan(10_000);
  expect((await watch(1500)).most).toBe(2);
  await send("PATCH", `/api/v1/runs/${id}`, { concurrency: 16 });
  expect(await msUntil((count) => count >= 16)).toBeLessThan(1000);
  expect((await watch(1000)).most).toBe(16);
  await send("PATCH", `/api/v1/runs/${id}`, { concurrency: 4 });
  expect(await msUntilNoMoreThan(4)).toBeLessThan(1000);
  expect((await watch(1000)).most).toBe(4);
  await control(id, "pause");
  expect(await msUntil((count) => count === 0)).toBeLessThan(1000);
  const calls = provider.calls;
  await wait(700);
  expect(provider.calls).toBe(calls);
  await control(id, "resume");
  expect(await msUntil((count) => count === 4)).toBeLessThan(2000);
  const told = await tessera(dataDir, ["runs", id, "--concurrency", "7", "--json"]);
  expect(told.code).toBe(0);
  expect(JSON.parse(told.stdout).concurrency.cap).toBe(7);
  expect(await msUntil((count) => count >= 7)).toBeLessThan(1000);
  await control(id, "cancel");
  expect(await msUntil((count) => count === 0)).toBeLessThan(1000);
});

test("a limit of the model holds over all of its runs, and a small run is not stuck behind a large one", async () => {
  const limited = await send("PUT", `/api/v1/limits/${FAKE_MODEL}`, { concurrency: 6 });
  expect(limited.status).toBe(200);
  const large = await start(64);
  expect(await msUntil((count) => count >= 6)).toBeLessThan(5000);
  const small = await start(64, { tiling: { columns: 3, rows: 3, overlap: 0 } });
  await expect.poll(async () => (await read(small)).state, { timeout: 10_000 }).toBe("completed");
  expect((await read(large)).tiles.done).toBeLessThan(1000);
  expect((await watch(500)).most).toBeLessThanOrEqual(6);
  await send("PUT", `/api/v1/limits/${FAKE_MODEL}`, { requestsPerMinute: 300 });
  await wait(3000);
  const before = provider.calls;
  await wait(4000);
  expect(provider.calls - before).toBeGreaterThan(12);
  expect(provider.calls - before).toBeLessThan(30);
  await send("PUT", `/api/v1/limits/${FAKE_MODEL}`, {});
  await control(large, "cancel");
});

test("a budget per minute is used well by few places and quick calls too", async () => {
  provider.set({ latencyMs: 20 });
  await send("PUT", `/api/v1/limits/${FAKE_MODEL}`, { requestsPerMinute: 3000 });
  const id = await start(4);
  expect(await msUntil((count) => count > 0)).toBeLessThan(10_000);
  await wait(2500);
  const before = provider.calls;
  await wait(4000);
  const perSecond = (provider.calls - before) / 4;
  expect(perSecond).toBeGreaterThan(0.8 * 50);
  expect(perSecond).toBeLessThan(1.2 * 50);
  await control(id, "cancel");
  await send("PUT", `/api/v1/limits/${FAKE_MODEL}`, {});
  provider.set({ latencyMs: LATENCY_MS });
});

test("a run stops cleanly with what it has when its budget is used up, and says which tiles are missing", async () => {
  const before = provider.calls;
  const id = await start(8, { tiling: { columns: 6, rows: 5, overlap: 0 }, budget: { calls: 12 } });
  await expect.poll(async () => (await read(id)).state, { timeout: 20_000 }).toBe("partial");
  const run = await read(id);
  expect(run.tiles).toMatchObject({ done: 12, skipped: 18, pending: 0 });
  expect(run.reason).toContain("budget of 12 calls is used up");
  expect(provider.calls - before).toBe(12);
  const unpriced = await send("POST", `/api/v1/images/${imageId}/runs`, {
    preset: "ask",
    classes: ["thing"],
    model: FAKE_MODEL,
    budget: { cost: 1 },
  });
  expect(unpriced.status).toBe(422);
});

test("what someone is looking at is analysed first", async () => {
  const id = await start(2);
  await expect.poll(async () => (await read(id)).tiles.done).toBeGreaterThan(3);
  const view = { x: 6000, y: 5000, width: 400, height: 400 };
  expect((await send("POST", `/api/v1/runs/${id}/viewport`, view)).status).toBe(204);
  await wait(2500);
  await control(id, "pause");
  type Tile = { index: number; state: string; x: number; y: number };
  const { items } = await api.get<{ items: Tile[] }>(`/api/v1/runs/${id}/tiles?limit=10000`);
  const near = items.filter(({ x, y }) => x > 5872 && x < 6400 && y > 4872 && y < 5400);
  expect(near).toHaveLength(16);
  expect(near.filter((tile) => tile.state === "done").length).toBe(16);
  await control(id, "cancel");
});

test("a provider that allows eight in flight: nearly all of its rate, hardly anything refused", async () => {
  test.setTimeout(90_000);
  provider.set({ allows: 8 });
  const id = await start(64);
  await expect.poll(async () => (await read(id)).tiles.done, { timeout: 20_000 }).toBeGreaterThan(0);
  await wait(10_000);
  const before = { calls: provider.calls, refused: provider.refused, done: (await read(id)).tiles.done };
  const from = performance.now();
  await wait(10_000);
  const run = await read(id);
  const ideal = ((performance.now() - from) / LATENCY_MS) * 8;
  const calls = provider.calls - before.calls;
  expect((run.tiles.done - before.done) / ideal).toBeGreaterThan(0.8);
  expect((provider.refused - before.refused) / calls).toBeLessThan(0.05);
  expect(run.concurrency.inForce).toBeGreaterThanOrEqual(7);
  expect(run.concurrency.inForce).toBeLessThanOrEqual(9);
  expect(run.tiles.failed).toBe(0);
  await control(id, "cancel");
  provider.set({ allows: Number.POSITIVE_INFINITY });
});
