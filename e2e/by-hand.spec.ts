import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import sharp from "sharp";
import { z } from "zod";
import { type RunningServer, startServer } from "#e2e/support/server.ts";

/** A person's first hour, by hand in a real browser: sign in, upload, watch, decide, review by keyboard, reload, export. */

test.describe.configure({ mode: "serial" });
test.setTimeout(300_000);

const ROOT = join(import.meta.dirname, "..");
const COLUMNS = 3;
const ROWS = 3;

let server: RunningServer;
let base: string;
let picture: string;

/** A scene large enough to be watched: the sample's road, nine times, as a tiled TIFF. */
async function writeScene(path: string): Promise<void> {
  const road = await readFile(join(ROOT, "samples", "terrain2.png"));
  const { width, height } = await sharp(road).metadata();
  const pieces = Array.from({ length: COLUMNS * ROWS }, (_, index) => {
    return { input: road, left: (index % COLUMNS) * width, top: Math.floor(index / COLUMNS) * height };
  });
  const canvas = { width: width * COLUMNS, height: height * ROWS, channels: 3, background: "#000" } as const;
  const tiff = { tile: true, compression: "lzw" } as const;
  await writeFile(path, await sharp({ create: canvas }).composite(pieces).tiff(tiff).toBuffer());
}

test.beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "tessera-hand-"));
  await chmod(base, 0o755);
  picture = join(base, "nine-roads.tif");
  await writeScene(picture);
  server = await startServer({ dataDir: join(base, "data") });
});

test.afterAll(async () => {
  await server?.stop();
  await rm(base, { recursive: true, force: true });
});

/** Requests of the API that a page makes, with when; streams count once, when they are opened. */
function recordRequests(page: Page): { path: string; at: number }[] {
  const seen: { path: string; at: number }[] = [];
  page.on("request", (request) => {
    const { pathname, origin } = new URL(request.url());
    if (origin === server.url && pathname.startsWith("/api/")) seen.push({ path: pathname, at: Date.now() });
  });
  return seen;
}

async function shownCount(page: Page): Promise<number> {
  const text = (await page.getByText(/^showing [\d,]+ of [\d,]+$/).textContent()) ?? "";
  return Number(/showing ([\d,]+)/.exec(text)?.[1]?.replaceAll(",", "") ?? Number.NaN);
}

const cocoSchema = z.object({
  images: z.array(z.object({ id: z.int(), width: z.int(), height: z.int(), file_name: z.string() })).length(1),
  categories: z.array(z.object({ id: z.int().positive(), name: z.string() })),
  annotations: z.array(
    z.object({
      id: z.int().positive(),
      image_id: z.int(),
      category_id: z.int().positive(),
      bbox: z.tuple([z.number(), z.number(), z.number().positive(), z.number().positive()]),
      area: z.number().positive(),
      iscrowd: z.literal(0),
      segmentation: z.array(z.array(z.number())),
    }),
  ),
});

test("from the sign-in link to a valid export", async ({ page }) => {
  const requests = recordRequests(page);

  await page.goto(server.signInLink);
  await expect(page.getByRole("heading", { name: "Library" })).toBeVisible();

  await page.getByLabel("Pictures to add").setInputFiles(picture);
  const card = page.getByRole("link", { name: /nine-roads\.tif/ }).first();
  await card.click({ timeout: 60_000 });
  await expect(page).toHaveURL(/\/images\//);

  await page.getByRole("button", { name: "Analyse" }).click({ timeout: 60_000 });
  const panel = page.getByRole("dialog", { name: "New analysis" });
  await expect(panel.getByText(/about \d+ model calls/)).toBeVisible();
  await panel.getByRole("button", { name: "Start analysis" }).click();

  // The first box is there while more than half of the tiles are still to come.
  const findings = page.getByRole("listbox", { name: "Findings" });
  const first = findings.getByRole("option").first();
  await expect(first).toBeVisible({ timeout: 90_000 });
  const progress = await page.getByText(/^\d+ of \d+ tiles$/).textContent();
  const [, done, total] = /(\d+) of (\d+)/.exec(progress ?? "") ?? [];
  expect(Number(total)).toBeGreaterThan(60);
  expect(Number(done)).toBeLessThan(Number(total) / 2);

  // Decided live, on a provisional finding.
  await first.click();
  await expect(page).toHaveURL(/finding=/);
  const decided = new URL(page.url()).searchParams.get("finding");
  await page.getByRole("region", { name: "Selected finding" }).getByRole("button", { name: "Accept" }).click();
  await expect(page.locator(`#finding-${decided}`)).toHaveAccessibleName(/accepted/);

  // While tiles complete, boxes come by the stream alone: nothing is asked for again and again.
  const watchedFrom = Date.now();
  const before = await shownCount(page);
  await expect.poll(() => shownCount(page), { timeout: 60_000 }).toBeGreaterThan(before);
  await page.waitForTimeout(5000);
  const asked = new Map<string, number>();
  for (const { path, at } of requests) if (at > watchedFrom) asked.set(path, (asked.get(path) ?? 0) + 1);
  for (const [path, times] of asked)
    expect(times, `${path} was asked for ${times} times in a few seconds`).toBeLessThan(3);

  // The run ends; the decision has survived the merge, under the same id.
  await expect(page.getByRole("region", { name: "Run", exact: true })).toBeHidden({ timeout: 180_000 });
  await expect(page.locator(`#finding-${decided}`)).toHaveAccessibleName(/accepted$/, { timeout: 30_000 });
  const found = await shownCount(page);
  expect(found).toBeGreaterThanOrEqual(COLUMNS * ROWS * 4);

  // Review by keyboard: the next three, accept, reject, undo of the last.
  await page.getByRole("application", { name: "Picture" }).focus();
  await page.keyboard.press("j");
  await page.keyboard.press("y");
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await expect(findings.getByRole("option", { name: /rejected/ })).toHaveCount(1);
  await page.keyboard.press("u");
  await expect(findings.getByRole("option", { name: /rejected/ })).toHaveCount(0);
  await page.keyboard.press("x");
  await expect(page.getByText("Saved")).toBeVisible();
  const review = page.getByLabel("Show by review state");
  await expect(review.getByRole("option", { name: /Rejected \(1\)/ })).toBeAttached();
  await page.screenshot({ path: join(ROOT, "test-results", "workspace.png") });

  // Everything is kept over a reload, the view in the address too.
  const address = page.url();
  const accepted = await review.getByRole("option", { name: /Accepted/ }).textContent();
  await page.reload();
  await expect(page.locator(`#finding-${decided}`)).toHaveAccessibleName(/accepted$/, { timeout: 30_000 });
  await expect(review.getByRole("option", { name: String(accepted), exact: true })).toBeAttached();
  expect(await shownCount(page)).toBe(found);
  expect(new URL(page.url()).searchParams.get("run")).toBe(new URL(address).searchParams.get("run"));
  await expect(page.getByRole("region", { name: "Scene" }).getByText(/cars\b.*in nine-roads\.tif$/)).toBeVisible();

  // The export is valid and says what the screen says: all but the rejected one.
  await page.getByRole("button", { name: "Export" }).click();
  const download = page.waitForEvent("download");
  await expect(page.getByText(`${found - 1} findings`, { exact: false })).toBeVisible();
  await page.getByRole("link", { name: "Download" }).click();
  const file = await (await download).path();
  const coco = cocoSchema.parse(JSON.parse(await readFile(file, "utf8")));
  expect(coco.annotations).toHaveLength(found - 1);
  const [image] = coco.images;
  for (const { bbox, category_id, image_id } of coco.annotations) {
    expect(image_id).toBe(image?.id);
    expect(coco.categories.some((category) => category.id === category_id)).toBe(true);
    expect(bbox[0] + bbox[2]).toBeLessThanOrEqual((image?.width ?? 0) + 1);
    expect(bbox[1] + bbox[3]).toBeLessThanOrEqual((image?.height ?? 0) + 1);
  }

  // Kept as a file it is written in the background; brought back, it is known and nothing is doubled.
  await page.getByRole("button", { name: "Keep as a file" }).click();
  await expect(page.getByRole("link", { name: "nine-roads.coco.json" })).toBeVisible({ timeout: 15_000 });
  await page.screenshot({ path: join(ROOT, "test-results", "export.png") });
  await page.getByRole("button", { name: "Close" }).click();
  await page.getByRole("button", { name: "Import" }).click();
  await page.getByLabel("Files of findings").setInputFiles(file);
  await expect(page.getByText(`${found - 1} there already`, { exact: false })).toBeVisible();
  await expect(page.getByRole("button", { name: "Bring in 0 findings" })).toBeDisabled();
  await page.getByLabel("Leave out what the picture has already").uncheck();
  await expect(page.getByRole("button", { name: `Bring in ${found - 1} findings` })).toBeEnabled();
  await page.screenshot({ path: join(ROOT, "test-results", "import.png") });
  await page.getByRole("button", { name: `Bring in ${found - 1} findings` }).click();
  await page.getByRole("button", { name: "Import" }).click();
  await page.getByRole("button", { name: "Take back" }).click();
  await expect(page.getByText(`${found - 1} findings taken back`)).toBeVisible();
});

test("a newcomer's first minute: one click on a sample, and boxes appear", async ({ browser }) => {
  const fresh = await startServer({ dataDir: join(base, "fresh") });
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.goto(fresh.signInLink);
  await page.getByRole("button", { name: /Analyse Off-road vehicles/ }).click();
  await expect(page).toHaveURL(/\/images\//, { timeout: 30_000 });
  await expect(page.getByRole("listbox", { name: "Findings" }).getByRole("option").first()).toBeVisible({
    timeout: 60_000,
  });
  await expect(page.getByText("showing 5 of 5")).toBeVisible({ timeout: 60_000 });
  await page.screenshot({ path: join(ROOT, "test-results", "screenshot.png") });
  await context.close();
  await fresh.stop();
});
