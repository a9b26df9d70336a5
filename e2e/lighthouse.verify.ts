import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium, expect, test } from "@playwright/test";
import lighthouse, { desktopConfig } from "lighthouse";
import { browserLaunch } from "#e2e/support/browser.ts";
import { type FakeProvider, startFakeProvider } from "#e2e/support/fake-provider.ts";
import { freePort } from "#e2e/support/free-port.ts";
import { noisePicture } from "#e2e/support/pictures.ts";
import { startFakeRun } from "#e2e/support/runs.ts";
import { type RunningServer, startServer } from "#e2e/support/server.ts";
import { signIn } from "#e2e/support/sign-in.ts";

/** What Lighthouse says of the pages on a desktop computer: the median of five looks at each. */

test.setTimeout(900_000);

const LOOKS = 5;
const LEAST = 95;
const PICTURES = 12;
const CATEGORIES = ["performance", "accessibility", "best-practices"] as const;

/** A graphics card that is emulated takes the page's thread half a second to start: without one, the page alone is judged. */
const EMULATED_GRAPHICS = /angle|swiftshader|gpu-blocklist/;

let folder: string;
let provider: FakeProvider;
let server: RunningServer;
let browser: BrowserContext;
let port: number;

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tessera-lighthouse-"));
  provider = await startFakeProvider({ detections: "from-pixels", latencyMs: 5 });
  const env = { OPENAI_COMPATIBLE_BASE_URL: provider.url };
  server = await startServer({ dataDir: join(folder, "data"), env });
  const { args = [], ...launch } = await browserLaunch();
  port = await freePort();
  const flags = [...args.filter((flag) => !EMULATED_GRAPHICS.test(flag)), "--disable-gpu"];
  browser = await chromium.launchPersistentContext(join(folder, "profile"), {
    ...launch,
    args: [...flags, `--remote-debugging-port=${port}`],
  });
  await signIn(await browser.newPage(), server);
});

test.afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await provider?.close();
  await rm(folder, { recursive: true, force: true });
});

/** The median of each category, in percent, and what was found wanting in the last look. */
async function scoresOf(path: string): Promise<{ scores: Record<string, number>; wanting: string[] }> {
  const all = new Map<string, number[]>();
  let wanting: string[] = [];
  for (let look = 0; look < LOOKS; look += 1) {
    const flags = { port, output: "json", logLevel: "error", disableStorageReset: true } as const;
    const seen = await lighthouse(`${server.url}${path}`, { ...flags, onlyCategories: [...CATEGORIES] }, desktopConfig);
    if (!seen) throw new Error("Lighthouse saw nothing");
    for (const { id, score } of Object.values(seen.lhr.categories)) {
      all.set(id, [...(all.get(id) ?? []), (score ?? 0) * 100]);
    }
    wanting = Object.values(seen.lhr.audits)
      .filter(({ score }) => score !== null && score < 0.9)
      .map(({ id, displayValue = "" }) => `${id} ${displayValue}`.trim());
  }
  const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(LOOKS / 2)] ?? 0;
  return { scores: Object.fromEntries([...all].map(([id, values]) => [id, median(values)])), wanting };
}

test("the library, an image and a run have what Lighthouse looks for", async () => {
  const images: string[] = [];
  for (let picture = 0; picture < PICTURES; picture += 1) {
    images.push((await server.upload(`noise-${picture}.jpg`, await noisePicture(640 + 10 * picture, 480))).id);
  }
  const api = await server.api("operator");
  const run = await startFakeRun(api, images[0] ?? "", { concurrency: 8 });
  await expect.poll(async () => (await api.get<{ state: string }>(`/api/v1/runs/${run}`)).state).toBe("completed");
  for (const [path, page] of [
    ["/", "library"],
    [`/images/${images[0]}`, "image"],
    [`/runs/${run}`, "run"],
  ] as const) {
    const { scores, wanting } = await scoresOf(path);
    process.stdout.write(`${JSON.stringify({ page, ...scores, wanting })}\n`);
    for (const category of CATEGORIES) {
      // Where the picture is drawn, its time is the emulated graphics': only the library is asked to be quick.
      if (category === "performance" && page !== "library") continue;
      expect.soft(scores[category], `${page}: ${category}`).toBeGreaterThanOrEqual(LEAST);
    }
  }
});
