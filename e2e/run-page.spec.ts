import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import AxeBuilder from "@axe-core/playwright";
import { expect, type Locator, type Page, test } from "@playwright/test";
import { type FakeProvider, startFakeProvider } from "#e2e/support/fake-provider.ts";
import { noisePages, noisePicture } from "#e2e/support/pictures.ts";
import { startFakeRun } from "#e2e/support/runs.ts";
import { type Api, type RunningServer, startServer } from "#e2e/support/server.ts";

/** The operations view, by hand in a real browser: a throttled run watched, steered, mended and played again. */

test.describe.configure({ mode: "serial" });

const COLUMNS = 24;
const ROWS = 18;
const TILES = COLUMNS * ROWS;

let server: RunningServer;
let api: Api;
let provider: FakeProvider;
let dataDir: string;
let imageId: string;
let page: Page;
let runId: string;
/** Some pictures are refused for a moment, some cannot be read: which, depends on their bytes alone. */
let throttling = true;
let broken = true;
/** Of 256 pictures, so many cannot be read. */
let unreadable = 6;

test.beforeAll(async ({ browser }) => {
  dataDir = await mkdtemp(join(tmpdir(), "tessera-run-page-"));
  provider = await startFakeProvider({
    detections: "from-pixels",
    latencyMs: 120,
    allows: 6,
    behaviour: ({ picture }) => {
      const hash = createHash("sha256")
        .update(picture ?? "")
        .digest();
      if (throttling && (hash[2] ?? 0) < 40)
        return { kind: "status", status: 429, headers: { "retry-after": "2" }, message: "too fast" };
      return broken && (hash[1] ?? 0) < unreadable
        ? { kind: "status", status: 400, message: "unreadable" }
        : { kind: "ok" };
    },
  });
  server = await startServer({ dataDir, env: { OPENAI_COMPATIBLE_BASE_URL: provider.url } });
  api = await server.api("operator");
  imageId = (await server.upload("harbour.jpg", await noisePicture(COLUMNS * 128, ROWS * 128))).id;
  page = await (await browser.newContext()).newPage();
  await page.goto(server.signInLink);
  await page.waitForURL(`${server.url}/**`);
});

test.afterAll(async () => {
  await page?.context().close();
  await server?.stop();
  await provider?.close();
  await rm(dataDir, { recursive: true, force: true });
});

const start = (concurrency: number): Promise<string> =>
  startFakeRun(api, imageId, { concurrency, retry: { attempts: 2, backoffMs: 50 } });

const count = async (name: string): Promise<number> => {
  const text = await page.getByRole("listitem").filter({ hasText: name }).first().textContent();
  return Number(/([\d,]+)\s*$/.exec(text ?? "")?.[1]?.replaceAll(",", "") ?? Number.NaN);
};
/** How many pixels of a canvas have about this colour, at least so opaque (0…255). */
const pixels = (canvas: Locator, colour: readonly [number, number, number], least = 120): Promise<number> =>
  canvas.evaluate(
    (element, [red, green, blue, least]) => {
      if (!(element instanceof HTMLCanvasElement)) return 0;
      const { data } = element.getContext("2d")?.getImageData(0, 0, element.width, element.height) ?? { data: [] };
      let count = 0;
      for (let at = 0; at < data.length; at += 4) {
        const [r = 0, g = 0, b = 0, alpha = 0] = [data[at], data[at + 1], data[at + 2], data[at + 3]];
        if (alpha >= least && Math.abs(r - red) + Math.abs(g - green) + Math.abs(b - blue) < 24) count += 1;
      }
      return count;
    },
    [...colour, least] as const,
  );
const map = () => page.getByRole("img", { name: /^Map of \d+ tiles/ });
const THROTTLED = [217, 165, 20] as const;
const picture = (name: string) => page.screenshot({ path: `test-results/run-page-${name}.png`, fullPage: true });

test("a throttled run is watched live: states on the map, limits, figures", async () => {
  runId = await start(16);
  await page.goto(`${server.url}/runs/${runId}`);
  await expect(page.getByRole("heading", { name: "Run", exact: true })).toBeVisible();
  await expect.poll(() => count("Done")).toBeGreaterThan(20);
  const refused = page.getByText("Refused (429, 503)").locator("xpath=following-sibling::dd");
  await expect(refused).not.toHaveText("0");
  expect(await count("Waiting")).toBeGreaterThan(0);
  // A tile that was refused says so, in the counts and on the map, until it is tried again.
  await expect
    .poll(async () => Math.min(await count("Throttled"), await pixels(map(), THROTTLED)), { intervals: [100] })
    .toBeGreaterThan(0);
  await picture("live");
  throttling = false;
});

test("the slider changes the cap while it runs, and the provider sees it", async () => {
  const slider = page.getByRole("slider", { name: "Tiles at once" });
  await slider.focus();
  await slider.press("Home");
  const exact = page.getByRole("spinbutton", { name: "Tiles at once, as a number" });
  await expect(exact).toHaveValue("1");
  await expect.poll(() => provider.inFlight).toBeLessThanOrEqual(1);
  await slider.press("ArrowRight");
  const cap = async () => (await api.get<{ concurrency: { cap: number } }>(`/api/v1/runs/${runId}`)).concurrency.cap;
  await expect.poll(cap).toBe(2);

  // Far up by the slider, exactly by the number.
  await slider.press("End");
  await expect.poll(cap).toBe(1024);
  await exact.fill("3");
  await exact.press("Enter");
  await expect.poll(cap).toBe(3);
  await expect(slider).toHaveAttribute("aria-valuetext", "3");
});

test("pause stops what is new, resume goes on; another run is cancelled", async () => {
  await page.getByRole("button", { name: "Pause" }).click();
  await expect(page.getByText("Paused")).toBeVisible();
  await expect.poll(() => provider.inFlight).toBe(0);
  const calls = provider.calls;
  await page.waitForTimeout(500);
  expect(provider.calls).toBe(calls);
  await page.getByRole("button", { name: "Resume" }).click();
  await expect.poll(() => provider.calls).toBeGreaterThan(calls);

  const other = await start(2);
  await page.goto(`${server.url}/runs/${other}`);
  await expect.poll(() => count("Done"), { timeout: 30_000 }).toBeGreaterThan(0);
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByText("Cancelled")).toBeVisible();
  await page.goto(`${server.url}/runs/${runId}`);
});

test("failed tiles are listed by reason, and tried again once the provider is mended", async () => {
  await api.fetch(`/api/v1/runs/${runId}`, {
    method: "PATCH",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ concurrency: 32 }),
  });
  provider.set({ allows: 64, latencyMs: 20 });
  await expect(page.getByText("Some tiles failed")).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole("heading", { name: "Missing tiles" })).toBeVisible();
  const failed = await count("Failed");
  expect(failed).toBeGreaterThan(0);
  await page
    .getByRole("button", { name: /^Show tile \d+ on the map$/ })
    .first()
    .click();
  await expect(page.getByText(/^Tile \d+, failed$/)).toBeVisible();
  await picture("partial");

  await page.goto(`${server.url}/images/${imageId}?run=${runId}`);
  await expect(page.getByText(`${failed} tiles missing`)).toBeVisible();
  await page.getByRole("button", { name: "Next missing tile" }).click();
  await expect(page.getByText(new RegExp(`^1 of ${failed}: tile \\d+, .*unreadable`))).toBeVisible();
  await expect.poll(() => pixels(page.locator("canvas[data-layer=marks]"), [255, 92, 92], 30)).toBeGreaterThan(1000);
  await page.screenshot({ path: "test-results/run-page-missing-on-picture.png" });
  await page.goto(`${server.url}/runs/${runId}`);
  broken = false;
  await page.getByRole("button", { name: "Retry failed tiles" }).click();
  await expect(page.getByText("Completed")).toBeVisible({ timeout: 30_000 });
  await expect.poll(() => count("Done")).toBe(TILES);
});

test("one tile, and the tiles of a region drawn on the map, are run again and no others", async () => {
  await expect(page.getByText(/Point at a tile/)).toBeVisible();
  let calls = provider.callsByTask.tile;
  await map().focus();
  await page.keyboard.press("ArrowRight");
  await page.getByRole("button", { name: "Retry this tile" }).click();
  await expect.poll(() => provider.callsByTask.tile).toBe(calls + 1);
  await expect(page.getByText("Completed")).toBeVisible({ timeout: 30_000 });
  await expect.poll(() => count("Done")).toBe(TILES);

  calls = provider.callsByTask.tile;
  const box = await map().boundingBox();
  if (!box) throw new Error("the map has no place");
  const at = (column: number, row: number) =>
    [box.x + (box.width * column) / COLUMNS, box.y + (box.height * row) / ROWS] as const;
  await page.mouse.move(...at(2.5, 3.5));
  await page.mouse.down();
  await page.mouse.move(...at(4, 5));
  await page.mouse.move(...at(5.5, 6.5));
  await page.mouse.up();
  await page.mouse.move(0, 0);
  await expect(page.getByText("16 tiles chosen")).toBeVisible();
  await picture("region");
  await page.getByRole("button", { name: "Retry these 16 tiles" }).click();
  await expect.poll(() => provider.callsByTask.tile).toBe(calls + 16);
  await expect(page.getByText("Completed")).toBeVisible({ timeout: 30_000 });
  await expect.poll(() => count("Done")).toBe(TILES);
  expect(provider.callsByTask.tile).toBe(calls + 16);

  // The same by keyboard alone.
  await page.getByRole("button", { name: "Choose none" }).click();
  await map().focus();
  await page.keyboard.press("Escape");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.press("Shift+ArrowDown");
  await expect(page.getByText("4 tiles chosen")).toBeVisible();
  await page.keyboard.press("Escape");
});

test("the replay shows the run as it was", async () => {
  const slider = page.getByRole("slider", { name: "Time shown" });
  await slider.focus();
  await slider.press("Home");
  await expect.poll(() => count("Done")).toBe(0);
  for (let step = 0; step < 5; step += 1) await slider.press("PageUp");
  await expect.poll(() => count("Done")).toBeGreaterThan(0);
  expect(await count("Done")).toBeLessThan(TILES);
  await picture("replay");
  await page.getByRole("button", { name: "To the end" }).click();
  await expect.poll(() => count("Done")).toBe(TILES);
  await page.getByRole("combobox", { name: "Speed" }).selectOption("60");
  await page.getByRole("button", { name: "Replay the run" }).click();
  await expect(page.getByRole("button", { name: "Hold the replay" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Replay the run" })).toBeVisible({ timeout: 30_000 });
});

test("heat maps, and the keyboard on the map", async () => {
  for (const mode of ["Latency", "Retries", "Cost"]) {
    await page.getByRole("radio", { name: mode }).check({ force: true });
    await expect(page.getByText("and more")).toBeVisible();
  }
  await page.getByRole("radio", { name: "Latency" }).check({ force: true });
  await page.getByRole("img", { name: /^Map of \d+ tiles/ }).focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowDown");
  await expect(page.getByText(/^Tile \d+, done$/)).toBeVisible();
  await page.emulateMedia({ colorScheme: "dark" });
  await picture("heat-dark");
  const found = await new AxeBuilder({ page }).analyze();
  expect(found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);

  await page.emulateMedia({ colorScheme: "light" });
});

test("a run over several pages shows each on the map, with what is missing there", async () => {
  [broken, unreadable] = [true, 100];
  const binder = (await server.upload("binder.tif", await noisePages(3, 4 * 128, 3 * 128))).id;
  const id = await startFakeRun(api, binder, { pages: [0, 1, 2], concurrency: 32, retry: { attempts: 1 } });
  await page.goto(`${server.url}/runs/${id}`);
  await expect(page.getByText("Some tiles failed")).toBeVisible({ timeout: 30_000 });
  const choice = page.getByRole("combobox", { name: "Page on the map" });
  await expect(choice).toHaveValue("0");
  // What has just happened is drawn a few times a second.
  await page.waitForTimeout(500);
  const missing = await choice.getByRole("option").allTextContents();
  expect(missing.map((text) => text.replace(/\d+ missing/, "n missing"))).toEqual(
    [1, 2, 3].map((number) => `Page ${number}, n missing`),
  );

  // The tiles of another page are on its own map.
  await page.getByRole("button", { name: "Next page" }).click();
  await expect(choice).toHaveValue("1");
  await map().focus();
  await page.keyboard.press("ArrowRight");
  await expect(page.getByText(/^Tile 12, /)).toBeVisible();
  await page.mouse.move(0, 0);
  const failed = Number(/(\d+) missing/.exec(missing[1] ?? "")?.[1]);
  const cell = await map().evaluate((canvas) => (canvas.clientWidth / 4) * (canvas.clientHeight / 3));
  const red = await pixels(map(), [210, 60, 60]);
  expect(red / cell).toBeGreaterThan(failed * 0.8);
  expect(red / cell).toBeLessThan(failed * 1.01);

  // A missing tile brings its page to the map.
  await page.locator("button[aria-label^='Show tile']").last().click();
  await expect(choice).toHaveValue("2");
  await picture("pages");
  broken = false;
  await page.getByRole("button", { name: "Retry failed tiles" }).click();
  await expect(page.getByText("Completed")).toBeVisible({ timeout: 30_000 });
  await expect(choice.getByRole("option").nth(1)).toHaveText("Page 2");
});

test("the page fits a telephone, in light and in dark", async () => {
  await page.goto(`${server.url}/runs/${runId}`);
  await expect(page.getByText("Completed")).toBeVisible();
  await page.setViewportSize({ width: 390, height: 844 });
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme });
    // What is drawn as wide as its place is drawn anew a moment later.
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await picture(`narrow-${colorScheme}`);
  }
});
