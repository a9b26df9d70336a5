import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { type FakeBehaviour, type FakeProvider, startFakeProvider } from "#e2e/support/fake-provider.ts";
import { noisePicture } from "#e2e/support/pictures.ts";
import { startFakeRun } from "#e2e/support/runs.ts";
import { type Api, killServer, type RunningServer, startServer } from "#e2e/support/server.ts";
import { signIn } from "#e2e/support/sign-in.ts";

/** Two models of one provider: what each is sent, and what it counted, against what the run says. */

test.describe.configure({ mode: "serial" });

const [FIRST, STRONGER] = ["openai-compatible:small", "openai-compatible:large"];
const TILES = 576;
const PRICES = { inputPrice: 2, outputPrice: 8 };

type Share = { role: string; model: string; tiles: number; calls: number; tokens: Used; cost: number | null };
type Used = { input: number; output: number };
type Run = {
  id: string;
  state: string;
  reason: string | null;
  tiles: { done: number; failed: number };
  tokens: Used;
  cost: number;
  models: Share[];
  escalated: Record<string, number>;
  escalation: { most: number; sent: number };
};
type Tile = {
  index: number;
  x: number;
  y: number;
  escalated: string | null;
  model: string;
  state: string;
  detections: number;
};

let server: RunningServer;
let api: Api;
let provider: FakeProvider;
let dataDir: string;
let imageId: string;

test.beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "tessera-escalation-"));
  provider = await startFakeProvider({ latencyMs: 5, jitterMs: 20 });
  server = await startServer({ dataDir, env: { OPENAI_COMPATIBLE_BASE_URL: provider.url } });
  api = await server.api("owner");
  for (const model of [FIRST, STRONGER]) {
    const init = { method: "PUT", headers: { "content-type": "application/json" }, body: JSON.stringify(PRICES) };
    expect((await api.fetch(`/api/v1/limits/${encodeURIComponent(model)}`, init)).status).toBe(200);
  }
  imageId = (await server.upload("noise.jpg", await noisePicture(3072, 3072))).id;
});

test.afterAll(async () => {
  await server?.stop();
  await provider?.close();
  await rm(dataDir, { recursive: true, force: true });
});

const byte = (picture: Buffer | null): number =>
  createHash("sha256")
    .update(picture ?? "")
    .digest()[0] ?? 0;
const box = (at: number): [number, number, number, number] => [at * 90, 100, at * 90 + 50, 200];

/** Every ninth reply of the small model is prose, also when told so; of the others, one in three is unsure of what it saw. */
function smallModel(picture: Buffer | null): FakeBehaviour {
  if (byte(picture) % 9 === 0) return { kind: "nonsense" };
  const score = byte(picture) % 3 === 1 ? 0.4 : 0.9;
  const detections = Array.from({ length: 1 + (byte(picture) % 4) }, (_, at) => ({
    label: "thing",
    score,
    box_2d: box(at),
  }));
  return { kind: "text", text: JSON.stringify({ detections }) };
}

const LARGE = {
  kind: "text",
  text: JSON.stringify({ detections: [{ label: "thing", score: 0.99, box_2d: box(5) }] }),
} as const;

async function runRouted(more: Record<string, unknown>): Promise<string> {
  return startFakeRun(api, imageId, { model: FIRST, escalationModel: STRONGER, concurrency: 32, ...more });
}

async function ended(id: string): Promise<Run> {
  let run: Run | undefined;
  await expect
    .poll(
      async () => {
        run = await api.get<Run>(`/api/v1/runs/${id}`);
        return run.state;
      },
      { timeout: 60_000 },
    )
    .toMatch(/completed|partial|failed|paused/);
  if (!run) throw new Error("no run");
  return run;
}

async function tilesOf(id: string): Promise<Tile[]> {
  return (await api.get<{ items: Tile[] }>(`/api/v1/runs/${id}/tiles?limit=1000`)).items;
}

function counted(): Record<"small" | "large", { calls: number; input: number; output: number }> {
  const none = { calls: 0, input: 0, output: 0 };
  return {
    small: { ...(provider.byModel.get("small") ?? none) },
    large: { ...(provider.byModel.get("large") ?? none) },
  };
}

/** What a run used by its own count, against what the provider counted since `before`. */
function expectTotals(run: Run, before: ReturnType<typeof counted>): void {
  const now = counted();
  for (const [name, role] of [
    ["small", "tile"],
    ["large", "escalation"],
  ] as const) {
    const share = run.models.find((one) => one.role === role);
    expect(share?.calls).toBe(now[name].calls - before[name].calls);
    expect(share?.tokens).toEqual({
      input: now[name].input - before[name].input,
      output: now[name].output - before[name].output,
    });
  }
  const used = now.small.input + now.large.input - before.small.input - before.large.input;
  const written = now.small.output + now.large.output - before.small.output - before.large.output;
  expect(run.tokens).toEqual({ input: used, output: written });
  expect(run.cost).toBeCloseTo((used * PRICES.inputPrice + written * PRICES.outputPrice) / 1e6, 9);
}

let first: Tile[] = [];
let firstRun = "";

test("of 576 tiles the worst go to the stronger model, a fifth at most; the totals are the provider's own", async () => {
  provider.set({ behaviour: (call) => (call.model === "large" ? LARGE : smallModel(call.picture)) });
  const before = counted();
  const run = await ended(await runRouted({ budget: { calls: 2000, cost: 1 } }));
  expectTotals(run, before);
  const large = counted().large.calls - before.large.calls;
  expect(large).toBe(Math.floor(0.2 * TILES));
  expect(run.escalation.sent).toBe(large);

  first = await tilesOf(run.id);
  firstRun = run.id;
  expect(first).toHaveLength(TILES);
  const sent = first.filter(({ escalated }) => escalated !== null);
  expect(sent).toHaveLength(large);
  expect(sent.every(({ model, state, detections }) => model === STRONGER && state === "done" && detections === 1)).toBe(
    true,
  );
  // Nothing is known of what could not be read: all of that went first, and the rest of the share to what was unsure.
  expect(run.tiles).toMatchObject({ done: TILES, failed: 0 });
  expect(run.state).toBe("completed");
  expect(run.escalated["unreadable"]).toBeGreaterThan(30);
  expect(run.escalated["confidence"]).toBe(large - (run.escalated["unreadable"] ?? 0));
});

test("the same picture gives the same tiles again, whatever the order of finishing, and a kill of what is in hand", async () => {
  const before = counted();
  const id = await runRouted({ concurrency: 7 });
  await expect
    .poll(() => counted().large.calls - before.large.calls, { timeout: 60_000, intervals: [20] })
    .toBeGreaterThan(20);
  await killServer(server);
  const inHand = 7;
  server = await startServer({ dataDir, env: { OPENAI_COMPATIBLE_BASE_URL: provider.url } });
  api = await server.api("owner");
  await ended(id);
  const routes = (tiles: Tile[]) =>
    tiles.map(({ index, escalated, model, detections }) => ({ index, escalated, model, detections }));
  expect(routes(await tilesOf(id))).toEqual(routes(first));
  const large = counted().large.calls - before.large.calls;
  expect(large).toBeGreaterThanOrEqual(Math.floor(0.2 * TILES));
  expect(large).toBeLessThanOrEqual(Math.floor(0.2 * TILES) + inHand);
});

test("a small budget gives the stronger model its part of it and no more", async () => {
  const before = counted();
  const tokens = 100_000;
  const run = await ended(await runRouted({ budget: { tokens }, escalation: { share: 0.05 } }));
  expectTotals(run, before);
  const large = run.models.find(({ role }) => role === "escalation");
  expect((large?.tokens.input ?? 0) + (large?.tokens.output ?? 0)).toBeLessThanOrEqual(0.05 * tokens);
  expect(large?.calls).toBeGreaterThan(0);
  expect(run.tokens.input + run.tokens.output).toBeLessThanOrEqual(tokens);
});

test("a stronger model that fails leaves what the first one found", async () => {
  provider.set({ behaviour: (call) => (call.model === "large" ? { kind: "nonsense" } : smallModel(call.picture)) });
  const before = counted();
  const run = await ended(await runRouted({}));
  expectTotals(run, before);
  const sent = (await tilesOf(run.id)).filter(({ escalated }) => escalated !== null);
  expect(
    new Set(sent.map(({ escalated, state, model }) => `${escalated} ${state} ${state === "done" ? model : ""}`)),
  ).toEqual(new Set(["unreadable failed ", `confidence done ${FIRST}`]));
});

test("a finding shows what it rests on: words, replies, attempts and cost of both models", async ({ page }) => {
  const unread = first.find(({ escalated }) => escalated === "unreadable");
  const place = `bbox=${unread?.x},${unread?.y},128,128`;
  const { items } = await api.get<{ items: { id: string; members: [number, number][] }[] }>(
    `/api/v1/images/${imageId}/findings?run=${firstRun}&${place}`,
  );
  const finding = items.find(({ members }) => members[0]?.[0] === unread?.index);
  const evidence = await api.get<{ tiles: { looks: { outcome: string; replies: string[]; prompt: string }[] }[] }>(
    `/api/v1/findings/${finding?.id}/evidence`,
  );
  expect(evidence.tiles[0]?.looks.map(({ outcome, replies }) => [outcome, replies.length])).toEqual([
    ["unreadable", 2],
    ["answered", 1],
  ]);
  expect(evidence.tiles[0]?.looks[0]?.prompt).toContain('Use exactly these labels and look for nothing else: "thing"');

  // The same goes with an export, each tile once for all of its findings.
  const exported = await api.get<{
    features: { id: string; properties: { evidence: { members: [number, number][] } } }[];
    evidence: { runs: { id: string }[]; tiles: (Tile & { looks: unknown[] })[] };
  }>(`/api/v1/runs/${firstRun}/export?format=geojson&evidence=true`);
  expect(exported.evidence.runs.map(({ id }) => id)).toEqual([firstRun]);
  const feature = exported.features.find(({ id }) => id === finding?.id);
  expect(feature?.properties.evidence.members).toEqual(finding?.members);
  const record = exported.evidence.tiles.find(({ index }) => index === unread?.index);
  expect(record?.looks).toEqual(evidence.tiles[0]?.looks);

  await signIn(page, server);
  await page.goto(`${server.url}/images/${imageId}?run=${firstRun}&finding=${finding?.id}`);
  await page.getByText("Evidence", { exact: true }).click();
  await expect(page.getByRole("img", { name: /with 1 raw box/ })).toBeVisible();
  await expect(page.getByText(/first look: openai-compatible:small gave no usable reply · 2 calls/)).toBeVisible();
  await page.getByText("Reply", { exact: true }).last().click();
  await expect(page.getByText('"score":0.99')).toBeVisible();
  await page.goto(`${server.url}/runs/${firstRun}`);
  const row = page.getByRole("row", { name: /openai-compatible:large second look/ });
  await expect(row).toContainText("115");
});
