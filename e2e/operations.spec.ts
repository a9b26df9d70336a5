import type { ChildProcess } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { parseExposition, total } from "#e2e/support/exposition.ts";
import { type FakeProvider, startFakeProvider } from "#e2e/support/fake-provider.ts";
import { freePort } from "#e2e/support/free-port.ts";
import { noisePicture } from "#e2e/support/pictures.ts";
import { FAKE_MODEL, startFakeRun } from "#e2e/support/runs.ts";
import { type Api, endWorkers, type RunningServer, startServer, startWorkers, tessera } from "#e2e/support/server.ts";
import { startTraceReceiver, type TraceReceiver } from "#e2e/support/trace-receiver.ts";

/** What an operator sees of two processes that share a run whose provider refuses some calls and fails at others. */

test.describe.configure({ mode: "serial" });
test.setTimeout(180_000);

const COLUMNS = 20;
const ROWS = 10;
const TILES = COLUMNS * ROWS;
const API_KEY = "a-key-that-nobody-else-may-see";

let provider: FakeProvider;
let dataDir: string;
let server: RunningServer;
let workers: ChildProcess;
let workersUrl: string;
let traces: TraceReceiver;
let api: Api;
let runId: string;
const given = { throttled: 0, failed: 0 };

test.beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "tessera-operations-"));
  traces = await startTraceReceiver();
  provider = await startFakeProvider({
    latencyMs: 60,
    behaviour: ({ task, number }) => {
      if (task !== "tile" || number % 10 > 1) return { kind: "ok" };
      given[number % 10 === 0 ? "throttled" : "failed"] += 1;
      return { kind: "status", status: number % 10 === 0 ? 429 : 500 };
    },
  });
  const env = {
    OPENAI_COMPATIBLE_BASE_URL: provider.url,
    OPENAI_COMPATIBLE_API_KEY: API_KEY,
    TESSERA_LOG_LEVEL: "debug",
    OTEL_EXPORTER_OTLP_ENDPOINT: traces.url,
  };
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
  await traces?.close();
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
  expect(sum("tessera_tile_queue_seconds", model, "_count")).toBe(sum("tessera_tiles_total", model));
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

type Line = Record<string, unknown>;

/** The log of the server with the web: what else it prints is for the person who started it. */
function logged(): Line[] {
  // The last one may not have come whole yet.
  const whole = server.output().split("\n").slice(0, -1);
  const lines = whole.filter((line) => line !== "");
  const forPeople = /^(Tessera is ready at |sign in as the owner, |building the web )/;
  return lines.filter((line) => !forPeople.test(line)).map((line): Line => JSON.parse(line));
}

test("the log is lines of JSON that tell the run, each attempt at a tile, and each request by its id", async () => {
  const response = await api.fetch(`/api/v1/runs/${runId}`, { headers: { "x-request-id": "asked-by-a-proxy" } });
  expect(response.headers.get("x-request-id")).toBe("asked-by-a-proxy");
  await api.fetch(`/api/v1/images/${runId}/tiles/0/0/0.jpg?token=tsr_never_to_be_seen_in_a_log`);
  await expect.poll(() => logged().filter((line) => line["request"] === "asked-by-a-proxy").length).toBe(1);
  expect(logged().find((line) => line["request"] === "asked-by-a-proxy")).toMatchObject({
    level: "info",
    actor: expect.stringMatching(/^token:/),
    method: "GET",
    route: "/api/v1/runs/{runId}",
    path: `/api/v1/runs/${runId}`,
    status: 200,
    ms: expect.any(Number),
  });
  const states = logged().filter((line) => line["msg"] === "run" && line["run"] === runId);
  expect(states.map((line) => line["state"])).toContain("queued");
  const attempts = logged().filter((line) => line["msg"] === "tile");
  expect(attempts.length).toBeGreaterThan(20);
  for (const attempt of attempts) {
    expect(attempt).toMatchObject({
      level: "debug",
      run: runId,
      tile: expect.any(Number),
      attempt: expect.any(Number),
      outcome: expect.stringMatching(/^(done|retry|throttled)$/),
      latencyMs: expect.any(Number),
      queueMs: expect.any(Number),
    });
  }
});

test("traces tell of both processes' work on a group: its batches, tiles and calls, then merge and synthesis", async () => {
  const attempts = TILES + given.throttled + given.failed;
  // A tile that was claimed ahead and got no place in time is handed back without a call.
  const asked = () => traces.named("tile").filter((span) => span.attributes["tessera.outcome"] !== "handed-back");
  await expect.poll(() => asked().length, { timeout: 10_000 }).toBe(attempts);
  // The queue may hand a step to both processes at once; only one of them ends the run.
  await expect.poll(() => traces.named("synthesis").length, { timeout: 10_000 }).toBeGreaterThan(0);
  const ends = logged().filter(
    (line) => line["msg"] === "run" && line["run"] === runId && line["state"] === "completed",
  );
  expect(ends.length).toBeLessThanOrEqual(1);
  expect(traces.named("model call").filter((span) => span.attributes["tessera.role"] === "tile")).toHaveLength(
    attempts,
  );
  const outcomes = asked().map((span) => span.attributes["tessera.outcome"]);
  expect(outcomes.filter((outcome) => outcome === "done")).toHaveLength(TILES);
  expect(outcomes.filter((outcome) => outcome === "throttled")).toHaveLength(given.throttled);
  const groups = () => traces.named("run group").map((span) => span.traceId);
  for (const name of ["plan", "batch", "tile", "merge", "synthesis"]) {
    await expect.poll(() => traces.named(name).length, { message: name, timeout: 20_000 }).toBeGreaterThan(0);
    for (const span of traces.named(name)) {
      expect(span.attributes["tessera.run"], name).toBe(runId);
      // Each process sends its spans in its own time.
      await expect.poll(groups, { message: name, timeout: 20_000 }).toContain(span.traceId);
    }
  }
  const batches = () => traces.named("batch").map((span) => span.spanId);
  for (const tile of traces.named("tile")) {
    // A batch is told of once it has ended, which may be after its tiles.
    await expect.poll(batches, { timeout: 20_000 }).toContain(tile.parentSpanId);
  }
  expect(traces.named("ingest pyramid")).toHaveLength(1);
  expect(traces.named("GET /api/v1/runs/{runId}").length).toBeGreaterThan(0);
  expect(JSON.stringify(traces.spans)).not.toContain(API_KEY);
});

test("no secret is in the log", async () => {
  const { password } = JSON.parse(await readFile(join(dataDir, "postgres.json"), "utf8"));
  const fromLog = logged()
    .map((line) => JSON.stringify(line))
    .join("\n");
  expect(fromLog).not.toContain(API_KEY);
  expect(fromLog).not.toContain("never_to_be_seen");
  expect(fromLog).not.toContain(password);
  expect(fromLog).not.toContain(server.signInLink.split("token=")[1] ?? "no link");
  expect(fromLog).not.toMatch(/tsr_[\w-]{10}/);
});

test("a command's own output is clean", async () => {
  const { code, stdout, stderr } = await tessera(dataDir, ["runs", runId, "--json"]);
  expect([code, stderr]).toEqual([0, ""]);
  expect(JSON.parse(stdout)).toMatchObject({ id: runId, state: "completed" });
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
