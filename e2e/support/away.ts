import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "@playwright/test";
import { checkRun } from "./chaos/check-run.ts";
import { type FakeProvider, startFakeProvider } from "./fake-provider.ts";
import { type OwnPostgres, startOwnPostgres } from "./own-postgres.ts";
import { noisePicture } from "./pictures.ts";
import { startFakeRun } from "./runs.ts";
import { type Api, type RunningServer, startServer } from "./server.ts";

/** A server at a Postgres that is an operator's own, a picture, and a provider. */
export type WithOwnPostgres = {
  postgres: OwnPostgres;
  provider: FakeProvider;
  server: RunningServer;
  api: Api;
  imageId: string;
  tiles: number;
  close(): Promise<void>;
};

const SIDE = 128;

/** Starts all of it, with a picture of `columns` × `rows` tiles; the server with more environment. */
export async function startWithOwnPostgres(
  columns: number,
  rows: number,
  more: Record<string, string> = {},
): Promise<WithOwnPostgres> {
  const postgres = await startOwnPostgres();
  const dataDir = await mkdtemp(join(tmpdir(), "tessera-away-"));
  const provider = await startFakeProvider({ detections: "from-pixels", latencyMs: 100 });
  const env = { OPENAI_COMPATIBLE_BASE_URL: provider.url, DATABASE_URL: postgres.url, ...more };
  const server = await startServer({ dataDir, env });
  const { id: imageId } = await server.upload("noise.jpg", await noisePicture(columns * SIDE, rows * SIDE));
  return {
    postgres,
    provider,
    server,
    api: await server.api("operator"),
    imageId,
    tiles: columns * rows,
    async close() {
      await server.stop();
      await provider.close();
      await postgres.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A run under way, and how many calls had been answered before it. */
type UnderWay = { runId: string; answeredBefore: number };

function answersOf(provider: FakeProvider): number {
  return [...provider.answered.values()].reduce((sum, times) => sum + times, 0);
}

/** Starts a run and waits until a fifth of it has been answered. */
export async function startUnderLoad({ api, provider, imageId, tiles }: WithOwnPostgres): Promise<UnderWay> {
  const answeredBefore = answersOf(provider);
  const runId = await startFakeRun(api, imageId, { concurrency: 8 });
  const answered = () => answersOf(provider) - answeredBefore;
  await expect.poll(answered, { timeout: 30_000, intervals: [50] }).toBeGreaterThan(tiles / 5);
  return { runId, answeredBefore };
}

/** The run ends by itself, nothing is lost, and no call that had succeeded was made again. */
export async function endsWell(setting: WithOwnPostgres, { runId, answeredBefore }: UnderWay): Promise<void> {
  const { api, provider, postgres, tiles } = setting;
  // The first to ask after the absence may still be told of it.
  const state = async () => (await api.get<{ state: string }>(`/api/v1/runs/${runId}`).catch(() => null))?.state;
  await expect.poll(state, { timeout: 120_000, intervals: [250] }).toBe("completed");
  expect(answersOf(provider) - answeredBefore).toBe(tiles);
  const database = await postgres.connect();
  await checkRun(api, database, runId, tiles);
  await database.end();
}

/** Postgres is stopped in the middle of a run and comes back after `ms`. */
export function testsOfAnAbsence(setting: () => WithOwnPostgres, ms: number): void {
  test(`Postgres is away for ${ms / 1000} s in the middle of a run: it is told, and the run goes on by itself`, async () => {
    const { postgres, provider, server, api } = setting();
    const run = await startUnderLoad(setting());
    await postgres.stop();
    await sleep(ms / 2);
    const calls = provider.calls;
    const asked = await api.fetch(`/api/v1/runs/${run.runId}`);
    expect(asked.status).toBe(503);
    expect(await asked.json()).toMatchObject({
      code: "database-unavailable",
      detail: expect.stringMatching(/database does not answer/),
    });
    const ready = await fetch(`${server.url}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ ready: false, database: false, workers: false });
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    await sleep(ms / 2);
    expect(provider.calls, "calls while nothing could be written").toBe(calls);
    await postgres.start();
    await endsWell(setting(), run);
  });
}
