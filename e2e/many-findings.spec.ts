import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import sharp from "sharp";
import { insertFindings } from "#e2e/support/findings.ts";
import { connectTo, type RunningServer, startServer } from "#e2e/support/server.ts";
import { signIn } from "#e2e/support/sign-in.ts";

/** Very many findings on one picture, by what a user sees. */

// Pictures are drawn without a graphics card here.
test.setTimeout(300_000);

const [WIDTH, HEIGHT] = [4000, 3000];
const MANY = 200_000;

let server: RunningServer;
let dataDir: string;
let imageId: string;

test.beforeAll(async () => {
  test.setTimeout(240_000);
  dataDir = await mkdtemp(join(tmpdir(), "tessera-many-"));
  server = await startServer({ dataDir });
  const canvas = { width: WIDTH, height: HEIGHT, channels: 3, background: "#777" } as const;
  imageId = (await server.upload("grey.png", await sharp({ create: canvas }).png().toBuffer())).id;
});
test.afterAll(async () => {
  await server?.stop();
  await rm(dataDir, { recursive: true, force: true });
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
