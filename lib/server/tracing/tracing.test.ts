import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { startTraceReceiver, type TraceReceiver } from "#e2e/support/trace-receiver.ts";
import { projectRoot } from "#lib/config/paths.ts";
import { ModelError } from "#lib/core/errors.ts";
import { openTelemetry } from "./open-telemetry.ts";
import { stepSpan, stepSpanName } from "./step-span.ts";
import { noteInSpan, openSpan, setTracing, traced } from "./tracing.ts";

let collector: TraceReceiver;
beforeAll(async () => {
  collector = await startTraceReceiver();
  vi.stubEnv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url);
  vi.stubEnv("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=tiles");
  vi.stubEnv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment=ward-7");
  vi.stubEnv("OPENAI_API_KEY", "a-key-of-the-provider");
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await collector.close();
});

const GROUP = { version: 1, runId: "0198c3a4-7d1e-7a55-9c11-3f2c7b0a9d11", pass: 2, sequence: 5 };

it("makes no span and calls nothing but the work where traces are not configured", async () => {
  const options = vi.fn(() => ({ attributes: {} }));
  expect(await traced("x", options, async () => 7)).toBe(7);
  expect(openSpan("x", { attributes: {} })).toBeNull();
  noteInSpan(options as never, null);
  expect(options).not.toHaveBeenCalled();
});

it("sends a group's steps as one trace, tiles below batches, calls below tiles, and no secret", async () => {
  const opened = openTelemetry({ ratio: 1 });
  setTracing(opened.tracing);
  const step = (name: string, work: () => Promise<void>) =>
    traced(stepSpanName(name), () => stepSpan(name, GROUP), work);
  const tile = (index: number, call: () => Promise<number>) =>
    traced(
      "tile",
      () => ({ attributes: { run: GROUP.runId, tile: index, attempt: 1 } }),
      async () => {
        const failure = await traced("model call", () => ({ attributes: { model: "m" } }), call).then(
          () => null,
          (error: Error) => error.message,
        );
        noteInSpan(() => ({ outcome: failure === null ? "done" : "retry" }), failure);
      },
    );

  await step("claimGroup", async () => undefined);
  await step("analyzeBatch", async () => {
    await Promise.all([
      tile(3, async () => 1),
      tile(4, async () => {
        throw new ModelError("transient", "refused with a-key-of-the-provider");
      }),
    ]);
  });
  const request = openSpan("GET /api/v1/runs", {
    server: true,
    attributes: { "http.request.method": "GET", request: "r-1" },
    place: { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" },
  });
  request?.within(() => undefined);
  request?.end({ "http.response.status_code": 200 });
  await opened.close();

  const { named, last } = collector;
  expect(last?.path).toBe("/v1/traces");
  expect(last?.headers["x-tenant"]).toBe("tiles");
  expect(last?.resource).toContain('"tessera"');
  expect(last?.resource).toContain("ward-7");
  const [root, batch] = [named("run group")[0], named("batch")[0]];
  expect(root?.parentSpanId ?? "").toBe("");
  expect(batch).toMatchObject({ traceId: root?.traceId, parentSpanId: root?.spanId });
  expect(batch?.attributes).toMatchObject({ "tessera.run": GROUP.runId, "tessera.pass": "2", "tessera.sequence": "5" });
  const tiles = named("tile");
  expect(tiles.map((span) => span.parentSpanId)).toEqual([batch?.spanId, batch?.spanId]);
  const byIndex = new Map(tiles.map((span) => [Number(span.attributes["tessera.tile"]), span]));
  expect(byIndex.get(3)?.attributes).toMatchObject({ "tessera.attempt": 1, "tessera.outcome": "done" });
  expect(byIndex.get(4)?.attributes).toMatchObject({ "tessera.outcome": "retry" });
  expect(byIndex.get(4)?.status).toEqual({ code: 2, message: "refused with [secret]" });
  const calls = named("model call");
  expect(new Set(calls.map((span) => span.parentSpanId))).toEqual(new Set(tiles.map((span) => span.spanId)));
  expect(new Set([...tiles, ...calls].map((span) => span.traceId))).toEqual(new Set([root?.traceId]));
  expect(named("GET /api/v1/runs")[0]).toMatchObject({
    traceId: "0af7651916cd43dd8448eb211c80319c",
    parentSpanId: "b7ad6b7169203331",
    kind: 2,
  });
  expect(JSON.stringify(collector.spans)).not.toContain("a-key-of-the-provider");
});

it("keeps or leaves out a group as a whole, alike in every process", async () => {
  collector.clear();
  const { tracing, close: closeFirst } = openTelemetry({ ratio: 0.5 });
  const { tracing: other, close: closeOther } = openTelemetry({ ratio: 0.5 });
  for (let sequence = 0; sequence < 40; sequence += 1) {
    const ticket = { ...GROUP, sequence };
    tracing.open("run group", stepSpan("claimGroup", ticket)).end();
    other.open("batch", stepSpan("analyzeBatch", ticket)).end();
  }
  await Promise.all([closeFirst(), closeOther()]);
  const tracesOf = (name: string): string[] =>
    collector
      .named(name)
      .map((span) => span.traceId)
      .sort();
  expect(tracesOf("run group").length).toBeGreaterThan(5);
  expect(tracesOf("run group").length).toBeLessThan(35);
  expect(tracesOf("batch")).toEqual(tracesOf("run group"));
});

it("loads nothing of OpenTelemetry's where traces are not configured", async () => {
  const script = `
    import { registerHooks } from "node:module";
    const loaded = [];
    registerHooks({ resolve: (name, context, next) => { const found = next(name, context); loaded.push(found.url); return found; } });
    const { startTracing } = await import("#lib/server/tracing/start-tracing.ts");
    await startTracing();
    console.log(loaded.filter((url) => url.includes("/@opentelemetry/sdk-trace/")).length);
    process.exit(0);`;
  const loaded = async (env: Record<string, string>): Promise<number> => {
    const args = ["--input-type=module", "-e", script];
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      cwd: projectRoot(),
      env: { NODE_ENV: "test", ...env },
    });
    return Number(stdout);
  };
  expect(await loaded({})).toBe(0);
  expect(await loaded({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url })).toBeGreaterThan(0);
});
