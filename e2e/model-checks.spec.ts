import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { type FakeBehaviour, type FakeProvider, startFakeProvider } from "#e2e/support/fake-provider.ts";
import { noisePicture } from "#e2e/support/pictures.ts";
import { type Api, type RunningServer, startServer, tessera } from "#e2e/support/server.ts";
import { signIn } from "#e2e/support/sign-in.ts";

/** A model that cannot be used is told before a run is started, everywhere that one can be started from. */

test.describe.configure({ mode: "serial" });

const REFUSALS: Record<string, FakeBehaviour> = {
  locked: { kind: "status", status: 401, message: "Incorrect API key provided" },
  blind: { kind: "status", status: 400, message: "this model does not support image input" },
  nobody: { kind: "status", status: 404, message: "The model `nobody` does not exist" },
};
const PROBLEMS = [
  ["openai:gpt-4o", /no key for openai.*OPENAI_API_KEY/],
  ["openai-compatible:locked", /401.*key/],
  ["openai-compatible:blind", /takes no pictures.*looks at pictures/],
  ["openai-compatible:nobody", /404.*model's name/],
] as const;

let server: RunningServer;
let api: Api;
let provider: FakeProvider;
let dataDir: string;
let imageId: string;
let page: Page;

test.beforeAll(async ({ browser }) => {
  dataDir = await mkdtemp(join(tmpdir(), "tessera-checks-"));
  provider = await startFakeProvider({ models: ["good"], behaviour: ({ model }) => REFUSALS[model] ?? { kind: "ok" } });
  server = await startServer({ dataDir, env: { OPENAI_COMPATIBLE_BASE_URL: provider.url } });
  api = await server.api("operator");
  imageId = (await server.upload("noise.jpg", await noisePicture(512, 512))).id;
  page = await browser.newPage();
  await signIn(page, server);
});

test.afterAll(async () => {
  await page?.close();
  await server?.stop();
  await provider?.close();
  await rm(dataDir, { recursive: true, force: true });
});

async function start(more: object): Promise<Response> {
  const body = JSON.stringify({
    preset: "ask",
    classes: ["thing"],
    allowProviders: ["openai", "openai-compatible"],
    ...more,
  });
  const headers = { "content-type": "application/json" };
  return api.fetch(`/api/v1/images/${imageId}/runs`, { method: "POST", headers, body });
}

const runs = async () => (await api.get<{ items: unknown[] }>(`/api/v1/runs?image=${imageId}`)).items.length;

async function openPanel(model: string): Promise<void> {
  await page.goto(`${server.url}/images/${imageId}`);
  await page.getByRole("button", { name: "Analyse" }).click();
  await page.getByLabel("Look for").selectOption("ask");
  await page.getByRole("textbox", { name: /^Classes/ }).fill("thing");
  await page.getByText("Model and pace").click();
  await page.getByRole("textbox", { name: /^Model/ }).fill(model);
}

test("the panel says what is wrong, and starts nothing", async () => {
  await openPanel("");
  for (const [model, sentence] of PROBLEMS) {
    await page.getByRole("textbox", { name: /^Model/ }).fill(model);
    await page.getByRole("button", { name: "Start analysis" }).click();
    await expect(page.getByRole("alert").filter({ hasText: sentence })).toBeVisible();
  }
  expect(await runs()).toBe(0);
});

test("the API refuses with 422 and the remedy, as the tile model and as the stronger one", async () => {
  for (const [model, sentence] of PROBLEMS) {
    for (const role of [{ model }, { escalationModel: model }]) {
      const refused = await start(role);
      const problem = await refused.json();
      expect([refused.status, problem.code]).toEqual([422, "model-unusable"]);
      expect(problem.detail).toMatch(sentence);
    }
  }
  expect(await runs()).toBe(0);
});

test("the command line ends with 2 and one line", async () => {
  const env = { OPENAI_COMPATIBLE_BASE_URL: provider.url };
  for (const model of ["openai:gpt-4o", "openai-compatible:blind"]) {
    const options = ["--preset", "ask", "--classes", "thing", "--model", model];
    const allow = ["--allow-provider", "openai", "--allow-provider", "openai-compatible"];
    const { code, stderr } = await tessera(dataDir, ["analyze", imageId, ...options, ...allow], { env });
    expect(code).toBe(2);
    expect(stderr.trim()).toMatch(/^tessera: .*(OPENAI_API_KEY|takes no pictures).*$/);
  }
});

test("a provider that is away hinders no start", async () => {
  provider.set({ behaviour: () => ({ kind: "status", status: 503 }) });
  const started = await start({ model: "openai-compatible:unlisted" });
  expect(started.status).toBe(201);
  await api.post(`/api/v1/runs/${(await started.json()).id}/cancel`, {});
  provider.set({ behaviour: ({ model }) => REFUSALS[model] ?? { kind: "ok" } });
});

test("the panel asks once where pixels go, and the run keeps it", async () => {
  const owner = await server.api("owner");
  const { items } = await owner.get<{ items: { id: string }[] }>("/api/v1/collections");
  const narrowed = {
    method: "PATCH",
    headers: { "content-type": "application/json" },
    body: '{"providers":["local"]}',
  };
  expect((await owner.fetch(`/api/v1/collections/${items[0]?.id}`, narrowed)).ok).toBe(true);

  await openPanel("openai-compatible:good");
  await page.getByRole("button", { name: "Start analysis" }).click();
  const asked = page.getByRole("region", { name: "Send this picture to openai-compatible?" });
  await expect(asked).toBeVisible();
  await asked.getByRole("button", { name: "Keep it here" }).click();
  await expect(asked).toHaveCount(0);
  await page.getByRole("button", { name: "Start analysis" }).click();
  await asked.getByRole("button", { name: "Send and start" }).click();
  await expect(page.getByRole("heading", { name: "New analysis" })).toHaveCount(0);

  const [run] = (
    await api.get<{ items: { id: string; allowedProviders: string[] }[] }>(`/api/v1/runs?image=${imageId}`)
  ).items;
  expect(run?.allowedProviders).toEqual(["openai-compatible"]);
  await openPanel("openai-compatible:good");
  await page.getByRole("button", { name: "Start analysis" }).click();
  await expect(page.getByRole("heading", { name: "New analysis" })).toHaveCount(0);
  await page.goto(`${server.url}/runs/${run?.id}`);
  await expect(page.getByText("openai-compatible, allowed with this run: openai-compatible")).toBeVisible();
});
