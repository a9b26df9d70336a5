import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { pool } from "#db/client.ts";
import { freshDatabase } from "#db/test-database.ts";
import { parseExposition, total } from "#e2e/support/exposition.ts";
import { projectRoot } from "#lib/config/paths.ts";
import { ModelError } from "#lib/core/errors.ts";
import { createToken } from "../access/tokens.ts";
import { imageWithRun } from "../findings/finding-fixtures.ts";
import { observeRequest } from "../http/observe-request.ts";
import { type EndedAttempt, observeAttempt } from "../runs/observe-attempt.ts";
import { answerMetrics } from "./answer-metrics.ts";
import { modelLabel } from "./model-label.ts";
import { observedTileModel } from "./observe-model.ts";

freshDatabase();

const server = createServer((request, response) => {
  observeRequest(request, response, () => {
    if (request.url === "/metrics") void answerMetrics(request, response);
    else response.writeHead(204).end();
  });
});
let url = "";
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

function attempted(
  model: string,
  outcome: EndedAttempt["outcome"],
  times: { queueMs: number; latencyMs: number },
): void {
  const hold = { runId: "0198c000-0000-7000-8000-000000000000", index: 3, attempts: 1, worker: 1 };
  observeAttempt(hold, model, { outcome, error: null, ...times });
}

async function read() {
  const response = await fetch(`${url}/metrics`);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  return parseExposition(await response.text());
}

it("tells in Prometheus' form what happened, with names of models that need escaping", async () => {
  await imageWithRun();
  const model = 'openai-compatible:odd "name"\\\n';
  attempted(model, "done", { queueMs: 40, latencyMs: 1500 });
  attempted(model, "throttled", { queueMs: 10, latencyMs: 30 });
  const metrics = await read();
  expect(total(metrics, "tessera_tiles_total", { model, outcome: "done" })).toBe(1);
  expect(total(metrics, "tessera_tiles_total", { model, outcome: "throttled" })).toBe(1);
  expect(total(metrics, "tessera_tile_seconds", { model }, "_sum")).toBeCloseTo(1.53);
  expect(total(metrics, "tessera_tile_queue_seconds", { model, le: "0.02" }, "_bucket")).toBe(1);
  expect(total(metrics, "tessera_database_up")).toBe(1);
  expect(total(metrics, "tessera_runs")).toBe(1);
  expect(total(metrics, "process_resident_memory_bytes")).toBeGreaterThan(1e6);
  expect(metrics.has("nodejs_eventloop_lag_seconds")).toBe(true);
  expect(total(metrics, "tessera_database_connections")).toBeGreaterThan(0);
});

describe("calls of a model", () => {
  const question = {
    picture: { bytes: new Uint8Array(), mediaType: "image/x", width: 1, height: 1, read: { width: 1, height: 1 } },
    classes: [],
    prompt: null,
    minScore: 0,
    signal: new AbortController().signal,
  };
  const model = (id: string, detect: () => Promise<never> | Promise<{ cost: number }>) =>
    observedTileModel({
      id,
      inputSide: 1,
      usefulConcurrency: 1,
      encode: async () => question.picture,
      detect: async () => {
        const { cost } = await detect();
        return { detections: [], usage: { inputTokens: 100, outputTokens: 20, cost } };
      },
    });

  it("are measured by what came of them, with tokens and cost of those that were answered", async () => {
    const id = "test:priced";
    await model(id, async () => ({ cost: 0.25 })).detect(question);
    const throttled = model(id, async () => {
      throw new ModelError("throttled", "slow down");
    });
    await expect(throttled.detect(question)).rejects.toThrow("slow down");
    const metrics = await read();
    const role = { model: id, role: "tile" };
    expect(total(metrics, "tessera_model_call_seconds", { ...role, outcome: "answered" }, "_count")).toBe(1);
    expect(total(metrics, "tessera_model_call_seconds", { ...role, outcome: "throttled" }, "_count")).toBe(1);
    expect(total(metrics, "tessera_model_tokens_total", { ...role, direction: "input" })).toBe(100);
    expect(total(metrics, "tessera_model_tokens_total", { ...role, direction: "output" })).toBe(20);
    expect(total(metrics, "tessera_model_cost_dollars_total", role)).toBe(0.25);
  });
});

it("keeps the number of series bounded, whatever is named and asked for", async () => {
  for (let index = 0; index < 500; index += 1) {
    attempted(`openai-compatible:${index}`, "done", { queueMs: 1, latencyMs: 1 });
  }
  for (const path of ["/images/1", "/images/2", "/secret", "/a/b/c", "/api/v1/runs/x", "/api/v1/runs/y"]) {
    await fetch(`${url}${path}`);
  }
  const metrics = await read();
  const models = new Set(metrics.get("tessera_tiles_total")?.samples.map(({ labels }) => labels["model"]));
  expect(models.size).toBeLessThanOrEqual(65);
  expect(total(metrics, "tessera_tiles_total", { model: "other" })).toBeGreaterThan(400);
  const routes = new Set(metrics.get("tessera_http_request_seconds")?.samples.map(({ labels }) => labels["route"]));
  expect([...routes].sort()).toEqual(["/api/v1/runs/{runId}", "/images/{imageId}", "/metrics", "other"]);
  expect(modelLabel("openai-compatible:never-seen")).toBe("other");
});

describe("who may read metrics", () => {
  const ask = async (headers: Record<string, string>) => (await fetch(`${url}/metrics`, { headers })).status;

  it("is a program of this machine, or who has a token", async () => {
    const { token } = await createToken({ name: "prometheus", role: "viewer" }, "cli");
    expect(await ask({})).toBe(200);
    expect(await ask({ authorization: `Bearer ${token}` })).toBe(200);
    expect(await ask({ authorization: `Bearer ${token}`, "x-forwarded-for": "192.0.2.7" })).toBe(200);
  });

  it("is nobody for whom a proxy of this machine asks, whose token is wrong, or whose page has its name lead here", async () => {
    expect(await ask({ "x-forwarded-for": "192.0.2.7" })).toBe(401);
    expect(await ask({ forwarded: "for=192.0.2.7" })).toBe(401);
    expect(await ask({ authorization: "Bearer tsr_wrong" })).toBe(401);
    expect(await ask({ cookie: "tessera_session=wrong", via: "1.1 proxy" })).toBe(401);
    const { port } = new URL(url);
    const rebound = await new Promise<string>((resolve, reject) => {
      import("node:net").then(({ connect }) => {
        const socket = connect(Number(port), "127.0.0.1", () =>
          socket.write("GET /metrics HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n"),
        );
        socket.once("data", (data) => resolve(String(data).split("\r\n", 1)[0] ?? ""));
        socket.once("error", reject);
      }, reject);
    });
    expect(rebound).toContain("401");
  });
});

it("tells what the operator's manual says that it tells, and nothing that the manual leaves out", async () => {
  const manual = await readFile(join(projectRoot(), "docs", "operations.md"), "utf8");
  const described = [...manual.matchAll(/\btessera_[a-z_]+/g)].map(([name]) => name.replace(/_bucket$/, ""));
  const told = [...(await read()).keys()].filter((name) => name.startsWith("tessera_"));
  expect([...new Set(described)].sort()).toEqual(told.sort());
});

it("answers also while the database does not, and says so", async () => {
  const hanging = vi.spyOn(pool(), "query").mockImplementation(() => new Promise(() => undefined));
  // What was read a moment ago is not fresh any more.
  const now = performance.now.bind(performance);
  const clock = vi.spyOn(performance, "now").mockImplementation(() => now() + 60_000);
  const metrics = await read();
  expect(total(metrics, "tessera_database_up")).toBe(0);
  expect(metrics.has("tessera_runs")).toBe(false);
  expect(total(metrics, "process_resident_memory_bytes")).toBeGreaterThan(1e6);
  clock.mockRestore();
  hanging.mockRestore();
});
