import type { ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { parseExposition, total } from "#e2e/support/exposition.ts";
import { type FakeProvider, startFakeProvider } from "#e2e/support/fake-provider.ts";
import { noisePicture } from "#e2e/support/pictures.ts";
import { FAKE_MODEL, startFakeRun } from "#e2e/support/runs.ts";
import { type Api, endWorkers, type RunningServer, startServer, startWorkers } from "#e2e/support/server.ts";

/** What an operator sees of two processes that share a run whose provider refuses some calls and fails at others. */

test.describe.configure({ mode: "serial" });
test.setTimeout(180_000);

const COLUMNS = 20;
const ROWS = 10;
const TILES = COLUMNS * ROWS;

let provider: FakeProvider;
let dataDir: string;
let server: RunningServer;
let workers: ChildProcess;
let workersUrl: string;
let api: Api;
let runId: string;
const given = { throttled: 0, failed: 0 };

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port was free");
  return address.port;
}

test.beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "tessera-operations-"));
  provider = await startFakeProvider({
    latencyMs: 60,
    behaviour: ({ task, number }) => {
      if (task !== "tile" || number % 10 > 1) return { kind: "ok" };
      given[number % 10 === 0 ? "throttled" : "failed"] += 1;
      return { kind: "status", status: number % 10 === 0 ? 429 : 500 };
    },
  });
  const env = { OPENAI_COMPATIBLE_BASE_URL: provider.url };
  const port = await freePort();
  workersUrl = `http://127.0.0.1:${port}`;
  server = await startServer({ dataDir, env });
  workers = await startWorkers({ dataDir, env: { ...env, TESSERA_METRICS_PORT: String(port) } });
  api = await server.api("operator");
  const image = await server.upload("noise.jpg", await noisePicture(COLUMNS * 128, ROWS * 128));
  runId = await startFakeRun(api, image.id, {
    concurrency: 8,
    retry: { attempts: 20, timeoutMs: 10_000, backoffMs: 50 },
  });
  await expect
    .poll(async () => (await api.get<{ state: string }>(`/api/v1/runs/${runId}`)).state, { timeout: 90_000 })
    .toBe("completed");
});

test.afterAll(async () => {
  await endWorkers(workers, "SIGTERM");
  await server?.stop();
  await provider?.close();
  await rm(dataDir, { recursive: true, force: true });
});

test("metrics of all processes together tell what the provider itself counted", async () => {
  const both = await Promise.all(
    [server.url, workersUrl].map(async (url) => parseExposition(await (await fetch(`${url}/metrics`)).text())),
  );
  const sum = (...of: [string, Record<string, string>?, string?]): number =>
    both.reduce((all, metrics) => all + total(metrics, ...of), 0);
  const model = { model: FAKE_MODEL };
  for (const metrics of both)
    expect(total(metrics, "tessera_tiles_total", { ...model, outcome: "done" })).toBeGreaterThan(0);
  expect(sum("tessera_tiles_total", { ...model, outcome: "done" })).toBe(TILES);
  expect(sum("tessera_tiles_total", { ...model, outcome: "throttled" })).toBe(given.throttled);
  expect(sum("tessera_tiles_total", { ...model, outcome: "retry" })).toBe(given.failed);
  expect(sum("tessera_model_calls_total", { ...model, role: "tile" })).toBe(provider.callsByTask.tile);
  const answered = { ...model, role: "tile", outcome: "answered" };
  expect(sum("tessera_model_call_seconds", answered, "_count")).toBe(TILES);
  expect(sum("tessera_model_call_seconds", answered, "_sum") / TILES).toBeGreaterThan(0.055);
  expect(sum("tessera_tile_queue_seconds", model, "_count")).toBe(TILES + given.throttled + given.failed);
  expect(sum("tessera_ingest_seconds", { step: "pyramid", outcome: "done" }, "_count")).toBe(1);
  expect(sum("tessera_event_delay_seconds", {}, "_count")).toBeGreaterThan(TILES);
  expect(sum("tessera_tiles_in_flight", model)).toBe(0);
  for (const metrics of both) {
    expect(total(metrics, "tessera_workers")).toBe(2);
    expect(total(metrics, "tessera_runs", { state: "completed" })).toBe(1);
    expect(total(metrics, "tessera_tiles_open")).toBe(0);
  }
});

test("requests are told by route, and event streams by how many are open", async () => {
  const image = (await api.get<{ items: { id: string }[] }>("/api/v1/images")).items[0]?.id;
  for (const x of [0, 1, 2]) expect((await api.fetch(`/api/v1/images/${image}/tiles/0/${x}/0.jpg`)).status).toBe(200);
  const watching = new AbortController();
  const stream = await api.fetch(`/api/v1/runs/${runId}/events`, { signal: watching.signal });
  await stream.body?.getReader().read();
  const read = async () => parseExposition(await (await fetch(`${server.url}/metrics`)).text());
  const metrics = await read();
  expect(total(metrics, "tessera_event_stream_clients", { scope: "run" })).toBe(1);
  const tile = { route: "/api/v1/images/{imageId}/tiles/{level}/{x}/{tile}", method: "GET", status: "200" };
  expect(total(metrics, "tessera_http_request_seconds", tile, "_count")).toBe(3);
  expect(JSON.stringify([...metrics.values()])).not.toContain(runId);
  watching.abort();
  await expect
    .poll(async () => total(await read(), "tessera_event_stream_clients", { scope: "run" }), { timeout: 10_000 })
    .toBe(0);
});

test("the port of a process without a web tells its health too, and nothing else", async () => {
  expect(await (await fetch(`${workersUrl}/healthz`)).text()).toBe("ok\n");
  expect(await (await fetch(`${workersUrl}/readyz`)).json()).toEqual({
    ready: true,
    database: true,
    storage: true,
    workers: true,
  });
  expect((await fetch(`${workersUrl}/api/v1/runs`)).status).toBe(404);
  expect((await fetch(`${workersUrl}/metrics`, { headers: { "x-forwarded-for": "192.0.2.1" } })).status).toBe(401);
});
