import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { type FakeProvider, startFakeProvider } from "#e2e/support/fake-provider.ts";
import { noisePicture } from "#e2e/support/pictures.ts";
import { startFakeRun } from "#e2e/support/runs.ts";
import { type Api, type RunningServer, startServer } from "#e2e/support/server.ts";

/** The overview of all runs, by hand in a real browser: followed as they go on, steered, found and sorted. */

test.describe.configure({ mode: "serial" });

let server: RunningServer;
let api: Api;
let provider: FakeProvider;
let dataDir: string;
let page: Page;

test.beforeAll(async ({ browser }) => {
  dataDir = await mkdtemp(join(tmpdir(), "tessera-run-overview-"));
  provider = await startFakeProvider({ detections: "from-pixels", latencyMs: 5 });
  server = await startServer({ dataDir, env: { OPENAI_COMPATIBLE_BASE_URL: provider.url } });
  api = await server.api("operator");
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

const upload = async (name: string, columns: number, rows: number): Promise<string> =>
  (await server.upload(name, await noisePicture(columns * 128, rows * 128))).id;
const rows = () => page.getByRole("row");
const rowOf = (name: string) => rows().filter({ hasText: name });
const picture = (name: string) => page.screenshot({ path: `test-results/run-overview-${name}.png`, fullPage: true });
const accessible = async (): Promise<void> => {
  const found = await new AxeBuilder({ page }).analyze();
  expect(found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
};

test("runs appear as they are started, and are followed and steered where they stand", async () => {
  await page.getByRole("link", { name: "Runs", exact: true }).click();
  await expect(page.getByText("Nothing has been analysed yet.")).toBeVisible();
  await startFakeRun(api, await upload("harbour.jpg", 12, 10), { concurrency: 16 });
  await expect(rowOf("harbour.jpg")).toContainText("Completed", { timeout: 30_000 });
  await expect(rowOf("harbour.jpg")).toContainText("120 of 120");

  provider.set({ latencyMs: 400 });
  const going = await startFakeRun(api, await upload("quay.jpg", 8, 6), { concurrency: 4 });
  const row = rowOf("quay.jpg");
  await expect(row).toContainText("Running");
  await expect(row).toContainText(/[1-9]\d* of 48, [\d.]+\/s/);
  await picture("live");
  await row.getByRole("button", { name: /^Pause: quay.jpg/ }).click();
  await expect(row).toContainText("Paused");
  await row.getByRole("button", { name: /^Resume: quay.jpg/ }).click();
  await expect(row).toContainText("Running");
  await row.getByRole("button", { name: /^Cancel: quay.jpg/ }).click();
  await expect(row).toContainText("Cancelled");
  await expect.poll(() => provider.inFlight).toBe(0);
  expect((await api.get<{ state: string }>(`/api/v1/runs/${going}`)).state).toBe("cancelled");
});

test("they are found by state and picture, and sorted; the address leads to the same again", async () => {
  await page.getByRole("combobox", { name: "State" }).selectOption("cancelled");
  await expect(rows()).toHaveCount(2);
  await expect(page).toHaveURL(/[?]state=cancelled$/);
  await page.getByRole("combobox", { name: "State" }).selectOption("");
  await expect(rows()).toHaveCount(3);
  await page.getByRole("searchbox", { name: "Picture" }).fill("HARB");
  await expect(rows()).toHaveCount(2);
  await expect(page).toHaveURL(/[?]q=HARB$/);
  await page.getByRole("searchbox", { name: "Picture" }).fill("");
  await expect(rows()).toHaveCount(3);
  await expect(rows().nth(1)).toContainText("quay.jpg");
  await page.getByRole("button", { name: "Tiles", exact: true }).click();
  await expect(page.getByRole("columnheader", { name: "Tiles" })).toHaveAttribute("aria-sort", "descending");
  await expect(rows().nth(1)).toContainText("harbour.jpg");
  await page.reload();
  await expect(rows().nth(1)).toContainText("harbour.jpg");
});

test("by keyboard, on a telephone, in light and in dark", async () => {
  const links = page.locator("a[data-row]");
  await links.first().focus();
  await page.keyboard.press("ArrowDown");
  await expect(links.nth(1)).toBeFocused();
  await accessible();
  await page.emulateMedia({ colorScheme: "dark" });
  await picture("dark");
  await page.setViewportSize({ width: 390, height: 844 });
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await expect(page.getByRole("button", { name: /^Picture/ })).toBeVisible();
    await picture(`narrow-${colorScheme}`);
  }
  await accessible();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/runs\/[0-9a-f-]{36}$/);
});
