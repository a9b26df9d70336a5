import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContext, expect, type Page } from "@playwright/test";
import { type FakeProvider, startFakeProvider } from "./fake-provider.ts";
import { noisePicture } from "./pictures.ts";
import { startFakeRun } from "./runs.ts";
import { type Api, type RunningServer, startServer, tessera } from "./server.ts";

/** A finding as far as these tests look at it. */
type Found = {
  id: string;
  label: string;
  review: string;
  version: number;
  box: [number, number, number, number];
  source: string;
};

/** A picture whose findings wait for review, and the people who come to it. */
export type ReviewSetting = {
  server: RunningServer;
  api: Api;
  imageId: string;
  runId: string;
  /** All findings of the picture. */
  findings(): Promise<Found[]>;
  /** What was done to a finding, oldest first. */
  history(id: string): Promise<{ actor: string; action: string }[]>;
  /** The server in order stopped and started again, at the same address. */
  restart(): Promise<void>;
  /** A browser of its own for a person, on the picture. */
  open(browser: Browser, email: string): Promise<{ context: BrowserContext; page: Page }>;
  close(): Promise<void>;
};

const SIDE = 128;

/** Starts a server with a run of `columns` × `rows` tiles that has found one to three things in most of them. */
export async function startReview(columns: number, rows: number): Promise<ReviewSetting> {
  const dataDir = await mkdtemp(join(tmpdir(), "tessera-review-"));
  const provider: FakeProvider = await startFakeProvider({ detections: "from-pixels" });
  const env = { OPENAI_COMPATIBLE_BASE_URL: provider.url };
  let server = await startServer({ dataDir, env });
  const api = await server.api("operator");
  const { id: imageId } = await server.upload("noise.jpg", await noisePicture(columns * SIDE, rows * SIDE));
  const runId = await startFakeRun(api, imageId, { concurrency: 8 });
  const state = async () => (await api.get<{ state: string }>(`/api/v1/runs/${runId}`)).state;
  await expect.poll(state, { timeout: 60_000 }).toBe("completed");
  return {
    get server() {
      return server;
    },
    api,
    imageId,
    runId,
    findings: async () => (await api.get<{ items: Found[] }>(`/api/v1/images/${imageId}/findings?limit=1000`)).items,
    history: async (id) =>
      (await api.get<{ items: { actor: string; action: string }[] }>(`/api/v1/findings/${id}/history`)).items,
    async restart() {
      const { port } = new URL(server.url);
      await server.stop();
      server = await startServer({ dataDir, env, args: ["--port", port] });
    },
    async open(browser, email) {
      const added = await tessera(dataDir, ["user", "add", email, "--role", "reviewer", "--json"], { env });
      const { link }: { link: string } = JSON.parse(added.stdout);
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
      const page = await context.newPage();
      await page.goto(link);
      await page.goto(`${server.url}/images/${imageId}?run=${runId}`);
      await expect(page.getByText(/^showing [1-9]/)).toBeVisible();
      return { context, page };
    },
    async close() {
      await server.stop();
      await provider.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** The finding that is before the person in review. */
export async function currentOf(page: Page): Promise<string | null> {
  return page.getByRole("region", { name: "Review" }).getAttribute("data-finding");
}
