import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { startFakeProvider } from "#e2e/support/fake-provider.ts";
import { noisePicture } from "#e2e/support/pictures.ts";
import { type Api, connectTo, type RunningServer, startServer } from "#e2e/support/server.ts";

test.describe.configure({ mode: "serial" });

let server: RunningServer;
let dataDir: string;
let operator: Api;
let provider: Awaited<ReturnType<typeof startFakeProvider>>;

test.beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "tessera-doors-"));
  provider = await startFakeProvider({ verdict: "block", detections: "from-pixels" });
  server = await startServer({
    dataDir,
    env: { OPENAI_COMPATIBLE_BASE_URL: provider.url, TESSERA_MODERATION_MODEL: "openai-compatible:guard" },
  });
  operator = await server.api("operator");
});

test.afterAll(async () => {
  await server?.stop();
  await provider?.close();
  await rm(dataDir, { recursive: true, force: true });
});

for (const endpoint of ["flow", "step"]) {
  test(`a forged call of the workflow's ${endpoint} gets 404 and starts nothing`, async () => {
    const path = `${server.url}/.well-known/workflow/v1/${endpoint}`;
    const headers = {
      "content-type": "application/json",
      "x-vqs-queue-name": "__wkf_workflow_x",
      "x-vqs-message-id": "m",
      "x-vqs-message-attempt": "1",
    };
    for (const authorization of [undefined, "Basic bG9vcDp3cm9uZw==", "Bearer x"]) {
      const init = { method: "POST", headers: { ...headers, ...(authorization && { authorization }) }, body: "{}" };
      expect((await fetch(path, init)).status).toBe(404);
    }
    const database = await connectTo(dataDir);
    const { rows } = await database.query("SELECT 1 FROM runs");
    expect(rows).toEqual([]);
    await database.end();
  });
}

test("a call without a session or token gets a 401 problem", async () => {
  for (const path of ["/api/v1/images", "/api/v1/runs", "/api/v1/images/events", "/api/v1/runs/events"]) {
    const response = await fetch(`${server.url}${path}`);
    expect(response.status).toBe(401);
    expect(response.headers.get("content-type")).toContain("application/problem+json");
    expect(await response.json()).toMatchObject({ status: 401, title: expect.any(String), detail: expect.any(String) });
  }
});

test("a page without a session leads to the sign-in page", async ({ page }) => {
  await page.goto(server.url);
  await expect(page).toHaveURL(/\/sign-in/);
});

test("a viewer's token cannot upload, run or delete", async () => {
  const viewer = await server.api("viewer");
  const upload = await viewer.fetch("/api/v1/images?name=x.jpg", { method: "POST", body: "x" });
  expect(upload.status).toBe(404);
});

test("a file that is not a picture is refused in one sentence, and nothing of it stays", async () => {
  const body = "%PDF-1.4 this is no picture, whatever its name says";
  const response = await operator.fetch("/api/v1/images?name=holiday.jpg", { method: "POST", body });
  expect(response.status).toBe(422);
  const problem = await response.json();
  expect(problem.detail.split("\n")).toHaveLength(1);
  const originals = await readdir(join(dataDir, "blobs", "originals"), { recursive: true }).catch(() => []);
  expect(originals.filter((name) => name.length > 10)).toEqual([]);
});

test("a picture that moderation blocks has caused no inference call, and cannot be seen or run", async () => {
  const before = provider.callsByTask.tile;
  const image = await server.upload("street.jpg", await noisePicture(800, 600));
  expect(image).toMatchObject({ state: "blocked", moderation: { verdict: "block", reason: expect.any(String) } });
  const run = await operator.fetch(`/api/v1/images/${image.id}/runs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
  });
  expect(run.status).toBe(409);
  expect(await run.json()).toMatchObject({ type: expect.stringContaining("moderation-blocked") });
  expect((await operator.fetch(`/api/v1/images/${image.id}/thumbnail`)).status).toBe(404);
  expect((await operator.fetch(`/api/v1/images/${image.id}/tiles/0/0/0.jpg`)).status).toBe(404);
  expect(provider.callsByTask.tile).toBe(before);
  expect(provider.callsByTask.synthesis).toBe(0);
  expect(provider.callsByTask.moderation).toBe(1);
  const metrics = await (await operator.fetch("/metrics")).text();
  expect(metrics).toContain('tessera_model_calls_total{model="openai-compatible:guard",role="moderation"} 1');
  expect(metrics).not.toContain('role="tile"');
  expect(metrics).not.toContain('role="synthesis"');
});

test("the owner releases it with a reason, and it becomes ready", async () => {
  const owner = await server.api("owner");
  const { items } = await owner.get<{ items: { id: string }[] }>("/api/v1/images?state=blocked");
  const id = items[0]?.id;
  expect(
    (await operator.fetch(`/api/v1/images/${id}/release`, { method: "POST", body: '{"reason":"ours"}' })).status,
  ).toBe(404);
  await owner.post(`/api/v1/images/${id}/release`, { reason: "a street of our own" });
  await expect.poll(async () => (await owner.get<{ state: string }>(`/api/v1/images/${id}`)).state).toBe("ready");
  expect((await owner.fetch(`/api/v1/images/${id}/tiles/0/0/0.jpg`)).status).toBe(200);
});

test("an unreadable verdict blocks", async () => {
  provider.set({ behaviour: () => ({ kind: "nonsense" }) });
  const image = await server.upload("park.jpg", await noisePicture(640, 480));
  expect(image.state).toBe("blocked");
  provider.set({ behaviour: () => ({ kind: "ok" }) });
});
