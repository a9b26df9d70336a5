import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { type FakeBehaviour, type FakeProvider, startFakeProvider } from "#e2e/support/fake-provider.ts";
import { noisePicture } from "#e2e/support/pictures.ts";
import { startFakeRun } from "#e2e/support/runs.ts";
import { type Api, type RunningServer, startServer } from "#e2e/support/server.ts";

test.describe.configure({ mode: "serial" });

const TILES = 12;
type Run = {
  id: string;
  state: string;
  reason: string | null;
  tiles: { done: number; failed: number; pending: number };
  findings: number;
  throttled: number;
  retries: number;
  tokens: { input: number };
};

let server: RunningServer;
let api: Api;
let provider: FakeProvider;
let dataDir: string;
let imageId: string;

test.beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "tessera-providers-"));
  provider = await startFakeProvider({ detections: "from-pixels" });
  server = await startServer({ dataDir, env: { OPENAI_COMPATIBLE_BASE_URL: provider.url } });
  api = await server.api("operator");
  imageId = (await server.upload("noise.jpg", await noisePicture(1024, 768))).id;
});

test.afterAll(async () => {
  await server?.stop();
  await provider?.close();
  await rm(dataDir, { recursive: true, force: true });
});

/** A run of twelve tiles while the provider behaves as told, up to its end or a pause. */
async function runWith(behaviour: (call: number) => FakeBehaviour): Promise<Run> {
  let first = provider.calls;
  provider.set({ behaviour: (call) => behaviour(call.number - first) });
  first = provider.calls;
  const id = await startFakeRun(api, imageId, {
    tiling: { columns: 4, rows: 3, overlap: 0 },
    retry: { attempts: 3, backoffMs: 50, timeoutMs: 1500 },
    concurrency: 4,
  });
  const ended = ["completed", "partial", "failed", "paused"];
  let run: Run | undefined;
  await expect
    .poll(
      async () => {
        run = await api.get<Run>(`/api/v1/runs/${id}`);
        return run.state;
      },
      { timeout: 60_000 },
    )
    .toMatch(new RegExp(ended.join("|")));
  if (!run) throw new Error("the run was not read");
  return run;
}

let undisturbed: number;

test("a provider that answers: every tile done, usage recorded", async () => {
  const run = await runWith(() => ({ kind: "ok" }));
  expect(run).toMatchObject({ state: "completed", tiles: { done: TILES, failed: 0 }, throttled: 0, retries: 0 });
  expect(run.tokens.input).toBe(TILES * 100);
  undisturbed = run.findings;
});

test("429 with Retry-After: throttled tiles come again, no sooner than asked, and nothing is lost", async () => {
  const started = Date.now();
  const run = await runWith((call) =>
    call < 4 ? { kind: "status", status: 429, headers: { "retry-after": "1" } } : { kind: "ok" },
  );
  expect(run).toMatchObject({
    state: "completed",
    tiles: { done: TILES },
    throttled: 4,
    retries: 4,
    findings: undisturbed,
  });
  expect(Date.now() - started).toBeGreaterThan(1000);
});

for (const [name, behaviour] of [
  ["500", { kind: "status", status: 500 }],
  ["nonsense", { kind: "nonsense" }],
  ["an empty body", { kind: "empty-body" }],
  ["a cut connection", { kind: "reset" }],
  ["nothing at all", { kind: "hang" }],
] as const satisfies readonly (readonly [string, FakeBehaviour])[]) {
  test(`${name}, for a while: the run completes with the same findings`, async () => {
    // Nonsense is asked to be mended once, so two such answers are one failed attempt; it is for good there.
    const run = await runWith((call) => (call === 0 ? behaviour : { kind: "ok" }));
    expect(run.state).toBe("completed");
    expect(run.findings).toBe(undisturbed);
  });
}

test("one tile's nonsense for ever costs that tile only: partial, with the reason in the ledger", async () => {
  let bad: string | null = null;
  provider.set({});
  const run = await runWith(() => ({ kind: "ok" }));
  expect(run.state).toBe("completed");
  const picked = (body: unknown): boolean => {
    const text = JSON.stringify(body);
    bad ??= text.match(/base64,([A-Za-z0-9+/=]{100,400})/)?.[1] ?? null;
    return bad !== null && text.includes(bad);
  };
  provider.set({ behaviour: (call) => (picked(call.body) ? { kind: "nonsense" } : { kind: "ok" }) });
  const { id } = await api.post<Run>(`/api/v1/images/${imageId}/runs`, {
    preset: "ask",
    classes: ["thing"],
    tiling: { columns: 4, rows: 3, overlap: 0 },
    wholePicture: false,
    model: "openai-compatible:fake",
    allowProviders: ["openai-compatible"],
    retry: { attempts: 2, backoffMs: 20 },
    concurrency: 1,
  });
  await expect.poll(async () => (await api.get<Run>(`/api/v1/runs/${id}`)).state).toBe("partial");
  const { items } = await api.get<{ items: { state: string; error: string | null }[] }>(`/api/v1/runs/${id}/tiles`);
  expect(items.filter((tile) => tile.state === "failed")).toMatchObject([{ error: expect.any(String) }]);
  provider.set({ behaviour: () => ({ kind: "ok" }) });
  const before = provider.callsByTask.tile;
  await api.post(`/api/v1/runs/${id}/retry`, {});
  await expect.poll(async () => (await api.get<Run>(`/api/v1/runs/${id}`)).state).toBe("completed");
  expect(provider.callsByTask.tile - before).toBe(1);
});

test("a wrong key pauses the run with the reason instead of burning tiles; resume goes on", async () => {
  const run = await runWith(() => ({ kind: "status", status: 401 }));
  expect(run).toMatchObject({ state: "paused", tiles: { failed: 0 } });
  expect(run.reason).toMatch(/key/i);
  provider.set({ behaviour: () => ({ kind: "ok" }) });
  await api.post(`/api/v1/runs/${run.id}/resume`, {});
  await expect.poll(async () => (await api.get<Run>(`/api/v1/runs/${run.id}`)).state).toBe("completed");
});

test("a provider that the collection does not allow is refused until the caller names it", async () => {
  const owner = await server.api("owner");
  const { items } = await owner.get<{ items: { id: string }[] }>("/api/v1/collections");
  const headers = { "content-type": "application/json" };
  const narrowed = { method: "PATCH", headers, body: JSON.stringify({ providers: ["local"] }) };
  expect((await owner.fetch(`/api/v1/collections/${items[0]?.id}`, narrowed)).ok).toBe(true);
  const body = JSON.stringify({ preset: "ask", classes: ["thing"], model: "openai-compatible:fake" });
  const refused = await api.fetch(`/api/v1/images/${imageId}/runs`, { method: "POST", headers, body });
  expect(refused.status).toBe(409);
  expect(await refused.json()).toMatchObject({ type: expect.stringContaining("provider-not-allowed") });
});

test("the same Idempotency-Key starts one run", async () => {
  const headers = { "content-type": "application/json", "idempotency-key": "once" };
  const body = JSON.stringify({ preset: "general", tiling: { columns: 1, rows: 1, overlap: 0 } });
  const send = async () =>
    (await api.fetch(`/api/v1/images/${imageId}/runs`, { method: "POST", headers, body })).json();
  const [first, second] = [await send(), await send()];
  expect(first.id).toBeTruthy();
  expect(second.id).toBe(first.id);
});
