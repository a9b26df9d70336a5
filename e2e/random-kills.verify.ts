import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { type FakeProvider, startFakeProvider } from "#e2e/support/fake-provider.ts";
import { noisePicture } from "#e2e/support/pictures.ts";
import { randomFrom } from "#e2e/support/random.ts";
import { findingsOf, startFakeRun } from "#e2e/support/runs.ts";
import { connectTo, killAll, killServer, type RunningServer, startServer } from "#e2e/support/server.ts";

/** Many runs, each killed several times at moments that a seed chooses; the same seed kills at the same moments. */

const SEEDS = 12;
const KILLS = 3;
const CAP = 12;
const TILES = 64 * 48;

test.describe.configure({ mode: "serial" });
test.setTimeout(600_000);

let provider: FakeProvider;
let server: RunningServer;
let dataDir: string;
let imageId: string;
let undisturbed: string[] | null = null;

async function start(): Promise<void> {
  server = await startServer({ dataDir, env: { OPENAI_COMPATIBLE_BASE_URL: provider.url } });
}

test.beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "tessera-seeds-"));
  provider = await startFakeProvider({ detections: "from-pixels" });
  await start();
  imageId = (await server.upload("noise.jpg", await noisePicture(8192, 6144))).id;
});

test.afterAll(async () => {
  await server?.stop();
  await provider?.close();
  await rm(dataDir, { recursive: true, force: true });
});

for (let seed = 0; seed <= SEEDS; seed += 1) {
  test(seed === 0 ? "undisturbed" : `seed ${seed}: killed ${KILLS} times, the findings are the same`, async () => {
    const random = randomFrom(seed);
    const before = provider.calls;
    const id = await startFakeRun(await server.api("operator"), imageId, { concurrency: CAP });
    for (let kill = 0; kill < (seed === 0 ? 0 : KILLS); kill += 1) {
      await new Promise((resolve) => setTimeout(resolve, random() * 4000));
      if (random() < 0.5) await killServer(server);
      else await killAll(server);
      await start();
    }
    const api = await server.api("operator");
    const read = async () => (await api.get<{ state: string }>(`/api/v1/runs/${id}`)).state;
    await expect.poll(read, { timeout: 300_000 }).toBe("completed");
    const database = await connectTo(dataDir);
    const found = await findingsOf(database, id);
    await database.end();
    undisturbed ??= found;
    expect(found).toEqual(undisturbed);
    const repeated = provider.calls - before - TILES;
    expect(repeated).toBeGreaterThanOrEqual(0);
    expect(repeated).toBeLessThanOrEqual(CAP * KILLS);
  });
}
