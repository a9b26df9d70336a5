import { execFile } from "node:child_process";
import { appendFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "@playwright/test";
import { checkRun } from "#e2e/support/chaos/check-run.ts";
import { type FakeProvider, startFakeProvider } from "#e2e/support/fake-provider.ts";
import { noisePicture } from "#e2e/support/pictures.ts";
import { startFakeRun } from "#e2e/support/runs.ts";
import { connectTo, type RunningServer, startServer } from "#e2e/support/server.ts";

/** The disk under the data folder fills up in the middle of a run, and there is space again later. */

test.setTimeout(180_000);

const COLUMNS = 30;
const ROWS = 20;
const TILES = COLUMNS * ROWS;
const CAP = 8;

let folder: string;
let mounted = false;
let provider: FakeProvider;
let server: RunningServer;

/** A file system of its own for the data folder, so that only this test's disk fills up; false where that is not allowed here. */
async function mountSmallDisk(): Promise<boolean> {
  try {
    await promisify(execFile)("mount", ["-t", "tmpfs", "-o", "size=320m,mode=755", "tmpfs", folder]);
    return true;
  } catch {
    return false;
  }
}

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tessera-full-"));
  mounted = await mountSmallDisk();
  if (!mounted) return;
  provider = await startFakeProvider({ detections: "from-pixels", latencyMs: 100 });
  server = await startServer({ dataDir: folder, env: { OPENAI_COMPATIBLE_BASE_URL: provider.url } });
});

test.afterAll(async () => {
  if (mounted) {
    await server?.stop();
    await provider?.close();
    await promisify(execFile)("umount", [folder]);
  }
  await rm(folder, { recursive: true, force: true });
});

/** Writes until nothing more fits. */
async function fill(file: string): Promise<void> {
  for (const bytes of [1 << 20, 1 << 12]) {
    const chunk = Buffer.alloc(bytes, 1);
    for (;;) {
      const full = await appendFile(file, chunk).then(
        () => false,
        () => true,
      );
      if (full) break;
    }
  }
}

test("the disk is full in the middle of a run: it is told, nothing is lost, and it goes on when there is space", async () => {
  test.skip(!mounted, "mounting a small file system takes root with the right to mount");
  const { id: imageId } = await server.upload("noise.jpg", await noisePicture(COLUMNS * 128, ROWS * 128));
  const api = await server.api("operator");
  const runId = await startFakeRun(api, imageId, { concurrency: CAP });
  await expect.poll(() => provider.answered.size, { timeout: 30_000, intervals: [50] }).toBeGreaterThan(TILES / 5);

  const filler = join(folder, "filler");
  await fill(filler);
  const said = async () => {
    const response = await api.fetch(`/api/v1/runs/${runId}`);
    return JSON.stringify(await response.json());
  };
  await expect.poll(said, { timeout: 20_000 }).toMatch(/disk[^"]* is full/);
  expect(server.output()).toMatch(/disk[^\n]* is full/);
  expect((await fetch(`${server.url}/readyz`)).status).toBe(503);
  // What little is left on it may still take an answer or two; soon no more calls are made than there were places for.
  const callsIn3Seconds = async (): Promise<number> => {
    const before = provider.calls;
    await new Promise((resolve) => setTimeout(resolve, 3000));
    return provider.calls - before;
  };
  await expect.poll(callsIn3Seconds, { timeout: 20_000, intervals: [0] }).toBeLessThanOrEqual(CAP);

  await rm(filler);
  const state = async () => (await api.get<{ state: string }>(`/api/v1/runs/${runId}`).catch(() => null))?.state;
  await expect.poll(state, { timeout: 90_000, intervals: [250] }).toBe("completed");
  const database = await connectTo(folder);
  await checkRun(api, database, runId, TILES);
  await database.end();
  expect([...provider.answered.values()].filter((times) => times > 1)).toEqual([]);
  expect(provider.answered.size).toBe(TILES);
});
