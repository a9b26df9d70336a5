import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { type FakeProvider, startFakeProvider } from "#e2e/support/fake-provider.ts";
import { noisePicture } from "#e2e/support/pictures.ts";
import { FAKE_MODEL } from "#e2e/support/runs.ts";
import { connectTo, type RunningServer, startServer, tessera } from "#e2e/support/server.ts";
import { signIn } from "#e2e/support/sign-in.ts";

/** A collection is made, filled, analysed as a whole and exported as one set: by what a person sees. */

test.describe.configure({ mode: "serial" });

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

let server: RunningServer;
let provider: FakeProvider;
let dataDir: string;
let page: Page;

test.beforeAll(async ({ browser }) => {
  dataDir = await mkdtemp(join(tmpdir(), "tessera-collections-"));
  provider = await startFakeProvider({ detections: "from-pixels" });
  server = await startServer({ dataDir, env: { OPENAI_COMPATIBLE_BASE_URL: provider.url } });
  await server.upload("elsewhere.jpg", await noisePicture(600, 400));
  page = await (await browser.newContext()).newPage();
  await signIn(page, server);
});
test.afterAll(async () => {
  await page?.context().close();
  await server?.stop();
  await provider?.close();
  await rm(dataDir, { recursive: true, force: true });
});

/** Axe finds nothing, in light and in dark. */
async function isAccessible(): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: "light" });
}

const cards = () => page.getByRole("article");

test("a collection is made, what is added while it is chosen goes there, and a picture is moved to it", async () => {
  await page.goto(server.url);
  await page.getByRole("button", { name: "New collection…" }).click();
  await page.getByLabel("Name").fill("Survey");
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Collection", { exact: true })).toContainText("Survey (0)");
  await expect(page.getByText("No picture is in this collection yet.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Analyse all…" })).toBeDisabled();
  await expect(page).toHaveURL(/collection=/);
  const files = await Promise.all(
    [700, 800].map(async (width) => ({
      name: `field-${width}.jpg`,
      mimeType: "image/jpeg",
      buffer: Buffer.from(await noisePicture(width, 500)),
    })),
  );
  await page.getByLabel("Pictures to add").setInputFiles(files);
  await expect(page.getByRole("link", { name: /^field-/ })).toHaveCount(2, { timeout: 60_000 });
  await expect(page.getByRole("region", { name: "Analysis of Survey" })).toContainText("0 of 2 pictures analysed");

  await page.getByLabel("Collection", { exact: true }).selectOption({ label: "All collections" });
  await expect(cards()).toHaveCount(3);
  await page.getByRole("button", { name: "More about elsewhere.jpg" }).click();
  await page.getByRole("menuitem", { name: "Move to another collection…" }).click();
  await page.getByRole("dialog").getByLabel("Collection").selectOption({ label: "Survey" });
  await page.getByRole("button", { name: "Move", exact: true }).click();
  await page.getByLabel("Collection", { exact: true }).selectOption({ label: "Survey (3)" });
  await expect(cards()).toHaveCount(3);
  await page.reload();
  await expect(cards()).toHaveCount(3);
  await isAccessible();
});

test("one configuration is run over all of it, after the question, and what can't be run is named", async () => {
  const database = await connectTo(dataDir);
  await database.query("UPDATE images SET state = 'failed' WHERE name = 'elsewhere.jpg'");
  await database.end();
  // By keyboard alone.
  await page.getByRole("button", { name: "Analyse all…" }).focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Analyse Survey" });
  await expect(dialog.getByLabel("Look for")).toBeVisible();
  await isAccessible();
  await dialog.getByText("Model and pace").focus();
  await page.keyboard.press("Enter");
  await dialog.getByRole("textbox", { name: /^Model/ }).fill(FAKE_MODEL);
  await page.keyboard.press("Enter");
  const asked = dialog.getByRole("region", { name: "Send these pictures to openai-compatible?" });
  await expect(asked).toContainText("allowed for all pictures of their collection");
  await isAccessible();
  // From here on slow enough to be seen at work after all that is looked at before.
  provider.set({ latencyMs: 20_000 });
  await asked.getByRole("button", { name: "Send and start" }).focus();
  await page.keyboard.press("Enter");
  await expect(dialog.getByText("The analysis of 2 pictures has started.")).toBeVisible();
  await expect(dialog.getByRole("region", { name: "1 picture could not be started" })).toContainText(
    /elsewhere.jpg is failed and cannot be analysed yet/,
  );
  await isAccessible();
  await page.keyboard.press("Escape");

  const progress = page.getByRole("region", { name: "Analysis of Survey" });
  await expect(progress.getByRole("progressbar", { name: "Analysis of Survey" })).toBeVisible();
  provider.set({ latencyMs: 0 });
  await expect(progress).toContainText("2 of 3 pictures analysed", { timeout: 90_000 });
  await expect(progress.getByRole("progressbar")).toHaveCount(0);
  await progress.getByRole("link", { name: "Follow and steer its runs" }).click();
  await expect(page.getByRole("heading", { name: "Runs" })).toBeVisible();
  await expect(page.locator("[data-row]")).toHaveCount(2);
  await page.goBack();
});

test("it leaves as one set, at once or as a file that is kept, in a format of the same list", async () => {
  await page.getByRole("button", { name: "Export as one set…" }).click();
  const dialog = page.getByRole("dialog", { name: "Export Survey" });
  const format = dialog.getByRole("combobox", { name: /^Format/ });
  await expect(format.getByRole("option", { name: "COCO", exact: true })).toHaveCount(1);
  await expect(format.getByRole("option", { name: "Report (PDF)" })).toHaveCount(0);
  await expect(dialog.getByText(/findings of 3 pictures/)).toBeVisible();
  await expect(dialog.getByText(/^1 picture of them has no analysis that has ended/)).toBeVisible();
  await isAccessible();
  const counted = await dialog.getByText(/findings of 3 pictures/).textContent();
  const said = Number(/^(\d+)/.exec(counted ?? "")?.[1]);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    dialog.getByRole("link", { name: "Download" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("Survey.coco.json");
  const set = JSON.parse(await readFile(await download.path(), "utf8"));
  expect(set.images).toHaveLength(3);
  expect(set.annotations).toHaveLength(said);
  expect(said).toBeGreaterThan(0);

  await format.selectOption({ label: "YOLO" });
  await dialog.getByRole("button", { name: "Keep as a file" }).click();
  const kept = dialog.getByRole("region", { name: "Kept exports" });
  await expect(kept.getByRole("link", { name: "Survey.yolo.zip" })).toBeVisible();
  await expect(kept).toContainText(`${said} findings`);
  await isAccessible();
  const [zip] = await Promise.all([
    page.waitForEvent("download"),
    kept.getByRole("link", { name: "Survey.yolo.zip" }).click(),
  ]);
  expect((await readFile(await zip.path())).subarray(0, 2).toString()).toBe("PK");
  await kept.getByRole("button", { name: "Remove the YOLO export" }).click();
  await expect(kept).toHaveCount(0);
});

test("a viewer sees and exports a collection, but starts, makes and moves nothing", async ({ browser }) => {
  const added = await tessera(dataDir, ["user", "add", "vera@example.org", "--role", "viewer"]);
  const link = /https?:\/\/\S+/.exec(added.stdout)?.[0] ?? "";
  const guest = await (await browser.newContext()).newPage();
  await guest.goto(link);
  await expect(guest.getByRole("article")).toHaveCount(3);
  await guest.getByLabel("Collection", { exact: true }).selectOption({ label: "Survey (3)" });
  await expect(guest.getByRole("button", { name: "Export as one set…" })).toBeEnabled();
  for (const name of ["Analyse all…", "New collection…", /^More about/]) {
    await expect(guest.getByRole("button", { name })).toHaveCount(0);
  }
  await guest.context().close();
});
