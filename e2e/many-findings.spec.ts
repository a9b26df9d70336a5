import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import sharp from "sharp";
import { insertFindings } from "#e2e/support/findings.ts";
import { connectTo, type RunningServer, startServer } from "#e2e/support/server.ts";
import { signIn } from "#e2e/support/sign-in.ts";

/** Very many findings on one picture, and findings that stay on their place however the picture is turned, by what a user sees. */

// Pictures are drawn without a graphics card here.
test.setTimeout(300_000);

const [WIDTH, HEIGHT] = [4000, 3000];
const MANY = 200_000;
/** A red square of the picture, which is grey elsewhere, in its pixels. */
const SQUARE = { left: 2600, top: 1100, width: 300, height: 200 };

let server: RunningServer;
let dataDir: string;
let imageId: string;

test.beforeAll(async () => {
  test.setTimeout(240_000);
  dataDir = await mkdtemp(join(tmpdir(), "tessera-many-"));
  server = await startServer({ dataDir });
  const canvas = { width: WIDTH, height: HEIGHT, channels: 3, background: "#777" } as const;
  const square = { width: SQUARE.width, height: SQUARE.height, channels: 3, background: "#d00" } as const;
  const picture = sharp({ create: canvas }).composite([{ ...SQUARE, input: { create: square } }]);
  imageId = (await server.upload("square.png", await picture.png().toBuffer())).id;
});
test.afterAll(async () => {
  await server?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** The colour of a place of the page. */
async function colourAt(page: Page, x: number, y: number): Promise<number[]> {
  const shot = await page.screenshot({ clip: { x: x - 1, y: y - 1, width: 2, height: 2 }, scale: "css" });
  return [...(await sharp(shot).removeAlpha().resize(1, 1).raw().toBuffer())];
}

test("a finding stays on its place when the picture is turned and mirrored, on a fine screen", async ({ browser }) => {
  const context = await browser.newContext({ deviceScaleFactor: 2, viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await signIn(page, server);
  const api = await server.api("reviewer");
  const box = [SQUARE.left, SQUARE.top, SQUARE.width, SQUARE.height];
  const run = { imageId, box, label: "square" };
  const { id } = await api.post<{ id: string }>("/api/v1/findings", run);
  for (const [keys, turned] of [
    [[], (x: number, y: number) => [x, y]],
    [["]"], (x: number, y: number) => [-y, x]],
    [["Shift+F"], (x: number, y: number) => [y, x]],
  ] as const) {
    if (keys.length === 0) {
      await page.goto(`${server.url}/images/${imageId}?x=2300&y=1000&zoom=0.25`);
      await expect(page.getByText("showing")).toBeVisible();
    }
    for (const key of keys) await page.keyboard.press(key);
    await page.mouse.move(5, 5);
    await page.waitForTimeout(1200);
    const stage = await page.getByTestId("viewer").boundingBox();
    if (!stage) throw new Error("the page has no viewer");
    /** Where a pixel of the picture is on the page. */
    const at = (x: number, y: number): [number, number] => {
      const [dx = 0, dy = 0] = turned((x - 2300) * 0.25, (y - 1000) * 0.25);
      return [stage.x + stage.width / 2 + dx, stage.y + stage.height / 2 + dy];
    };
    const middle = at(SQUARE.left + SQUARE.width / 2, SQUARE.top + SQUARE.height / 2);
    const [red = 0, green = 0] = await colourAt(page, ...middle);
    expect([red > 180, green < 60]).toEqual([true, true]);
    // Half way along each side the line of the box lies on the edge of the square; without findings it does not.
    const edges = [at(SQUARE.left + 150, SQUARE.top + 4), at(SQUARE.left + 4, SQUARE.top + 100)];
    for (const edge of edges) {
      const drawn = await colourAt(page, ...edge);
      await page.keyboard.press("h");
      const bare = await colourAt(page, ...edge);
      await page.keyboard.press("h");
      expect(drawn).not.toEqual(bare);
    }
    await page.mouse.click(...middle);
    await expect.poll(() => new URL(page.url()).searchParams.get("finding")).toBe(id);
    await page.keyboard.press("Escape");
    await expect.poll(() => new URL(page.url()).searchParams.get("finding")).toBeNull();
  }
  await context.close();
});

const note = (page: Page) => page.getByText(/^Density of about [\d,]+ findings/);

test("200,000 findings are all counted, shown by density, then one by one, and filtered at once", async ({ page }) => {
  const database = await connectTo(dataDir);
  const runId = await insertFindings(database, { id: imageId, width: WIDTH, height: HEIGHT }, MANY);
  await database.end();
  await signIn(page, server);
  await page.goto(`${server.url}/images/${imageId}?run=${runId}`);
  await expect(page.getByText("showing 200,000 of 200,000")).toBeVisible({ timeout: 30_000 });
  await expect(note(page)).toBeVisible();
  await expect(page.getByText("are listed so far")).toHaveCount(0, { timeout: 30_000 });

  // A class that is switched off goes from list, counts and picture.
  await page.getByRole("switch", { name: "Show mitosis" }).click();
  const shown = page.getByText(/^showing [\d,]+ of 200,000$/);
  await expect(shown).not.toHaveText("showing 200,000 of 200,000");
  const count = /showing ([\d,]+)/.exec((await shown.textContent()) ?? "")?.[1] ?? "";
  await expect(note(page)).toContainText(count);
  await page.getByRole("combobox", { name: "Show by review state" }).selectOption("accepted");
  await expect(shown).toHaveText(/^showing [34],\d{3} of/);
  await expect(note(page)).toHaveCount(0);
  await page.getByRole("combobox", { name: "Show by review state" }).selectOption("all");

  // The list reaches its end, and steps from there.
  const list = page.getByRole("listbox", { name: "Findings" });
  await page.getByRole("combobox", { name: "Sort findings" }).selectOption("place");
  await list.evaluate((element) => element.scrollTo(0, element.scrollHeight));
  const last = list.locator(`[role=option][aria-posinset="${count.replaceAll(",", "")}"]`);
  await last.click();
  await expect(note(page)).toHaveCount(0);
  const selected = page.getByRole("region", { name: "Selected finding" });
  await expect(selected).toBeVisible();
  const before = new URL(page.url()).searchParams.get("finding");
  await page.keyboard.press("k");
  await expect.poll(() => new URL(page.url()).searchParams.get("finding")).not.toBe(before);
  await expect(list.locator("[aria-selected=true]")).toHaveAttribute(
    "aria-posinset",
    String(Number(count.replaceAll(",", "")) - 1),
  );
});
