import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import sharp from "sharp";
import { insertRun, type Square } from "#e2e/support/findings.ts";
import { isAccessible, sightOf } from "#e2e/support/key-presses.ts";
import { colourAt, middleOf } from "#e2e/support/screen.ts";
import { connectTo, type RunningServer, startServer } from "#e2e/support/server.ts";
import { signIn } from "#e2e/support/sign-in.ts";

/** A document of three pages: its strip, findings and counts of each page, the gallery, a finding's history and the way back, full screen. */

// Pictures are drawn without a graphics card here.
test.setTimeout(300_000);
// Large enough for both panels, and no larger: all of it is drawn by the processor.
test.use({ viewport: { width: 1110, height: 720 } });

const SIZE = { width: 640, height: 480 };
const PAGES = ["#c02020", "#20a030", "#2040c0"];
const SQUARES: Square[] = [
  { x: 40, y: 40, side: 30, label: "stamp", score: 0.9 },
  { x: 140, y: 40, side: 60, label: "stamp", score: 0.5 },
  { x: 240, y: 40, side: 40, label: "note", score: 0.7 },
  { x: 340, y: 40, side: 20, label: "note", score: 0.8 },
  { x: 40, y: 40, side: 30, label: "seal", score: 0.6, page: 1 },
];

let server: RunningServer;
let dataDir: string;
let imageId: string;
test.beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "tessera-document-"));
  server = await startServer({ dataDir });
  const pages = PAGES.map((background) =>
    sharp({ create: { ...SIZE, channels: 3, background } })
      .png()
      .toBuffer(),
  );
  const tiff = sharp(await Promise.all(pages), { join: { animated: true } }).tiff({ compression: "lzw" });
  imageId = (await server.upload("letter.tif", await tiff.toBuffer())).id;
});
test.afterAll(async () => {
  await server?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** Opens the first page with a run of its own. */
async function open(page: Page) {
  const database = await connectTo(dataDir);
  const runId = await insertRun(database, imageId, SQUARES);
  await database.end();
  await page.emulateMedia({ reducedMotion: "reduce" });
  await signIn(page, server);
  await page.goto(`${server.url}/images/${imageId}?run=${runId}`);
  const see = sightOf(page, SIZE);
  await expect(page.getByText("showing 4 of 4")).toBeVisible();
  return see;
}

/** A page's colour fills the middle of the picture. */
async function seesPage(page: Page, number: number): Promise<void> {
  const strongest = async (): Promise<number> => {
    const colour = await colourAt(page, await middleOf(page));
    return colour.indexOf(Math.max(...colour)) + 1;
  };
  await expect.poll(strongest).toBe(number);
  const strip = page.getByRole("navigation", { name: "Page strip" });
  await expect(strip.getByRole("button", { name: `Page ${number}` })).toHaveAttribute("aria-current", "page");
}

test("pages are gone through by the strip, by keys and back; each has its findings and counts", async ({ page }) => {
  const see = await open(page);
  const strip = page.getByRole("navigation", { name: "Page strip" });
  await expect(strip.getByRole("button")).toHaveCount(PAGES.length);
  await seesPage(page, 1);
  await isAccessible(page, "light");
  const drawn = strip.locator("img").evaluateAll((all: HTMLImageElement[]) => all.every((img) => img.naturalWidth > 0));
  await expect.poll(() => drawn).toBe(true);

  await strip.getByRole("button", { name: "Page 2" }).click();
  await seesPage(page, 2);
  await expect(page).toHaveURL(/[?&]page=2/);
  await expect(page.getByText("showing 1 of 1")).toBeVisible();
  await expect(page.getByRole("switch", { name: "Show seal" })).toBeVisible();
  await expect(page.getByRole("switch", { name: "Show stamp" })).toHaveCount(0);
  await page.keyboard.press("j");
  await see.label("seal")();

  await page.keyboard.press("PageDown");
  await seesPage(page, 3);
  await expect(page.getByText("showing 0 of 0")).toBeVisible();
  await page.keyboard.press("PageDown");
  await page.keyboard.press("PageUp");
  await seesPage(page, 2);
  await page.reload();
  await seesPage(page, 2);
  await page.getByRole("button", { name: "Previous page" }).click();
  await seesPage(page, 1);
  await expect(page.getByText("showing 4 of 4")).toBeVisible();
  await page.goBack();
  await seesPage(page, 2);
  await expect(page.getByText("showing 1 of 1")).toBeVisible();

  // By keys alone: a page of the strip is chosen, and the picture's own keys go on.
  await strip.getByRole("button", { name: "Page 3" }).focus();
  await page.keyboard.press("Enter");
  await seesPage(page, 3);
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keys" }).getByText("Next page of a document")).toBeVisible();
});

test("the gallery is sorted and grouped, and shows what was found", async ({ page }) => {
  await open(page);
  await page.keyboard.press("i");
  const list = page.getByRole("listbox", { name: "Findings" });
  const options = list.getByRole("option");
  /** The findings in the order in which they stand. */
  const inOrder = async (): Promise<string[]> => {
    const found = await options.evaluateAll((all) =>
      all.map((each) => ({ at: Number(each.ariaPosInSet), name: each.ariaLabel ?? "" })),
    );
    return found.sort((a, b) => a.at - b.at).map(({ name }) => name);
  };
  await expect.poll(inOrder).toEqual(["stamp, 90%", "note, 80%", "note, 70%", "stamp, 50%"]);
  const crops = options.locator("img");
  await expect(crops).toHaveCount(4);
  const drawn = () => crops.evaluateAll((all: HTMLImageElement[]) => all.filter((img) => img.naturalWidth > 0).length);
  await expect.poll(drawn).toBe(4);
  const sort = page.getByRole("combobox", { name: "Sort findings" });
  await sort.selectOption({ label: "Least certain" });
  await expect.poll(inOrder).toEqual(["stamp, 50%", "note, 70%", "note, 80%", "stamp, 90%"]);
  await sort.selectOption({ label: "Largest" });
  await expect.poll(inOrder).toEqual(["stamp, 50%", "note, 70%", "stamp, 90%", "note, 80%"]);
  await page.getByRole("checkbox", { name: "Class by class" }).check();
  await expect.poll(inOrder).toEqual(["note, 70%", "note, 80%", "stamp, 50%", "stamp, 90%"]);
  await expect(list.getByRole("presentation").filter({ hasText: /^note2$/ })).toBeVisible();
  await expect(page).toHaveURL(/sort=size/);
});

test("a finding's history leads back to what it was, and that is undone as well", async ({ page }) => {
  const see = await open(page);
  await page.keyboard.press("j");
  await see.label("stamp")();
  await see.changes(() => see.parameter("finding"), null);
  const id = see.parameter("finding");
  const centre = await see.fact("Centre");
  await page.keyboard.press("t");
  await page.getByRole("dialog", { name: "Relabel" }).getByRole("combobox").fill("scribble");
  await page.keyboard.press("Enter");
  await see.label("scribble")();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.keyboard.press("e");
  await page.keyboard.press("Shift+ArrowRight");
  await see.changes(() => see.fact("Centre"), centre);
  const moved = await see.fact("Centre");
  await page.keyboard.press("Escape");
  await see.details.getByRole("button", { name: "Accept", exact: true }).click();
  await expect(see.row(id)).toHaveAccessibleName("scribble, 90%, accepted");

  await see.details.getByText("History (3)").click();
  const history = see.details.getByRole("list", { name: "History" });
  await expect(history.getByRole("listitem").first()).toContainText("At first: stamp, unreviewed");
  // What it is already, it is not brought back to.
  await expect(history.getByRole("listitem").last().getByRole("button")).toHaveCount(0);
  await isAccessible(page, "light");
  await page.screenshot({ path: "test-results/history.png" });
  await history.getByRole("button", { name: "Restore stamp, unreviewed, its shape" }).click();
  await see.label("stamp")();
  await expect(see.row(id)).toHaveAccessibleName("stamp, 90%");
  await expect.poll(() => see.fact("Centre")).toBe(centre);
  await expect(see.details.getByText("History (4)")).toBeVisible();
  await page.keyboard.press("Control+z");
  await see.label("scribble")();
  await expect.poll(() => see.fact("Centre")).toBe(moved);
  await expect(see.details.getByText("History (5)")).toBeVisible();
});

test("the whole page is shown on the full screen, with what opens over it", async ({ page }) => {
  await open(page);
  const isFull = () => page.evaluate(() => document.fullscreenElement !== null);
  const button = page.getByRole("button", { name: "Full screen" });
  await button.click();
  await expect.poll(isFull).toBe(true);
  await seesPage(page, 1);
  await page.getByRole("application", { name: "Picture" }).focus();
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keys" })).toBeVisible();
  await page.getByRole("button", { name: "Close" }).click();
  await button.click();
  await expect.poll(isFull).toBe(false);
});
