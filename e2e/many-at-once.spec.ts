import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { type FakeProvider, startFakeProvider } from "#e2e/support/fake-provider.ts";
import { noisePicture } from "#e2e/support/pictures.ts";
import { startFakeRun } from "#e2e/support/runs.ts";
import { type RunningServer, startServer } from "#e2e/support/server.ts";
import { signIn } from "#e2e/support/sign-in.ts";

/** Several findings at once: chosen on the picture, decided on as one, seen as a gallery; and all of them merged otherwise. */

test.describe.configure({ mode: "serial" });
// Pictures are drawn without a graphics card here.
test.setTimeout(300_000);

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

let provider: FakeProvider;
let server: RunningServer;
let dataDir: string;
let address: string;
let page: Page;

test.beforeAll(async ({ browser }) => {
  dataDir = await mkdtemp(join(tmpdir(), "tessera-many-at-once-"));
  // Every tile sees one large thing: neighbours' boxes overlap by a third.
  provider = await startFakeProvider({ detections: [{ label: "thing", score: 0.8, box_2d: [100, 100, 900, 900] }] });
  server = await startServer({ dataDir, env: { OPENAI_COMPATIBLE_BASE_URL: provider.url } });
  const api = await server.api("operator");
  const { id } = await server.upload("noise.jpg", await noisePicture(640, 512));
  const merge = { method: "greedy-nmm", metric: "ios", threshold: 0.5 };
  const runId = await startFakeRun(api, id, { tiling: { tile: 128, overlap: 0.5 }, skipBackground: false, merge });
  const state = async () => (await api.get<{ state: string }>(`/api/v1/runs/${runId}`)).state;
  await expect.poll(state, { timeout: 60_000 }).toBe("completed");
  address = `${server.url}/images/${id}?run=${runId}`;
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  page = await context.newPage();
  await signIn(page, server);
  await page.goto(address);
  // The first page of a fresh server takes its time on a busy machine.
  await expect(page.getByText("showing 63 of 63")).toBeVisible({ timeout: 60_000 });
});
test.afterAll(async () => {
  await page?.context().close();
  await server?.stop();
  await provider?.close();
  await rm(dataDir, { recursive: true, force: true });
});

/** Looks at the page in light and dark, where axe must find nothing; in the dark only colours can be another matter. */
async function look(name: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.waitForTimeout(300);
    await page.screenshot({ path: `test-results/${name}-${colorScheme}.png` });
    const axe = new AxeBuilder({ page });
    const { violations } = await (colorScheme === "light"
      ? axe.withTags(RULES)
      : axe.withRules("color-contrast")
    ).analyze();
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
    expect(found, `${name}, ${colorScheme}`).toEqual([]);
  }
}

/** Drags through places of the viewer, in parts of its width and height. */
async function drag(...places: [number, number][]): Promise<void> {
  const box = await page.getByTestId("viewer").boundingBox();
  if (!box) throw new Error("the page has no viewer");
  const [first, ...others] = places.map(([x, y]) => [box.x + x * box.width, box.y + y * box.height] as const);
  if (!first) return;
  await page.mouse.move(...first);
  await page.mouse.down();
  for (const each of others) await page.mouse.move(...each, { steps: 6 });
  await page.mouse.up();
}

const chosen = () => page.getByRole("region", { name: "Chosen findings" });
const options = (name: RegExp) => page.getByRole("listbox", { name: "Findings" }).getByRole("option", { name });
const countOf = async (): Promise<number> =>
  Number.parseInt((await chosen().getByRole("heading").textContent()) ?? "", 10);
const tallied = (state: string) => page.getByLabel("Show by review state").getByRole("option", { name: state });

test("findings in a rectangle are decided on as one, and undone as one", async () => {
  await page.keyboard.press("g");
  await drag([0.3, 0.3], [0.6, 0.6]);
  await expect(chosen()).toBeVisible();
  const count = await countOf();
  expect(count).toBeGreaterThan(3);
  expect(count).toBeLessThan(63);
  await look("chosen");
  await chosen().getByRole("button", { name: "Accept all" }).click();
  await expect(tallied(`Accepted (${count})`)).toBeAttached();
  await page.keyboard.press("Control+z");
  await expect(tallied("Accepted (0)")).toBeAttached();
  // Another class for all of them, by keys.
  await page.keyboard.press("t");
  await page.getByRole("combobox", { name: "Class" }).fill("stone");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("switch", { name: "Show stone" })).toContainText(String(count));
  await page.keyboard.press("u");
  await expect(page.getByRole("switch", { name: "Show stone" })).toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect(chosen()).toHaveCount(0);
});

test("a lasso, Ctrl and Shift choose, too; what is put aside comes back", async () => {
  await page.keyboard.press("Shift+G");
  await drag([0.2, 0.2], [0.8, 0.2], [0.2, 0.8], [0.2, 0.2]);
  await expect(chosen()).toBeVisible();
  const lasso = await countOf();
  await page.keyboard.press("m");
  await page.keyboard.down("Control");
  await drag([0.6, 0.6], [0.8, 0.8]);
  await page.keyboard.up("Control");
  await expect.poll(countOf).toBeGreaterThan(lasso);
  await page.getByRole("listbox", { name: "Findings" }).evaluate((list) => list.scrollTo(0, 0));
  const row = (number: number) => page.locator(`[role=option][aria-posinset="${number}"]`);
  await row(1).click();
  await expect(chosen()).toHaveCount(0);
  await row(4).click({ modifiers: ["Shift"] });
  await expect(chosen().getByText("4 findings chosen", { exact: true })).toBeVisible();
  await row(2).click({ modifiers: ["Control"] });
  await expect(chosen().getByText("3 findings chosen", { exact: true })).toBeVisible();
  await page.keyboard.press("Alt+h");
  await expect(page.getByText("showing 60 of 63")).toBeVisible();
  await page.getByRole("button", { name: "Show again" }).click();
  await expect(page.getByText("showing 63 of 63")).toBeVisible();
});

test("the list is a gallery, too, gone through by keys", async () => {
  await page.keyboard.press("i");
  const crops = options(/^thing/);
  await expect(crops.first().locator("img")).toBeVisible();
  await expect
    .poll(() =>
      crops
        .first()
        .locator("img")
        .evaluate((img: HTMLImageElement) => img.naturalWidth),
    )
    .toBeGreaterThan(0);
  await crops.first().click();
  await page.getByRole("listbox", { name: "Findings" }).focus();
  await page.keyboard.press("ArrowDown");
  const at = async () => Number(await page.locator("[role=option][aria-selected=true]").getAttribute("aria-posinset"));
  await expect.poll(at).toBeGreaterThan(2);
  const before = await at();
  await page.keyboard.press("j");
  await expect.poll(at).toBe(before + 1);
  await page.keyboard.press("y");
  await expect(tallied("Accepted (1)")).toBeAttached();
  await look("gallery");
  // What is shown is in the address, and there again after a reload.
  await page.getByLabel("Show by review state").selectOption("accepted");
  await expect(page).toHaveURL(/review=accepted/);
  await page.reload();
  await expect(page.getByText("showing 1 of 63")).toBeVisible();
  await page.getByLabel("Show by review state").selectOption("all");
  await expect(page).not.toHaveURL(/review=/);
});

test("what the tiles said is merged otherwise, live, and kept as a version to which decisions carry over", async () => {
  await page.getByRole("button", { name: "How tiles were merged" }).click();
  const panel = page.getByRole("region", { name: "Merging" });
  await expect(panel.getByText("63 candidates become 63 findings, as they are now.")).toBeVisible();
  const save = panel.getByRole("button", { name: "Save as version" });
  await expect(save).toBeDisabled();
  const threshold = panel.getByRole("slider", { name: "Least overlap" });
  await threshold.focus();
  await threshold.press("Home");
  const outcome = panel.getByText(/^63 candidates become/);
  await expect(outcome).not.toContainText("as they are now");
  // Neighbours overlap by more than a third of either, and by less than a quarter of both.
  for (let times = 0; times < 4; times += 1) await threshold.press("PageUp");
  await expect(panel.getByText("25%", { exact: true })).toBeVisible();
  const method = panel.getByRole("combobox", { name: "Where boxes of one class overlap" });
  const metric = panel.getByRole("combobox", { name: "Overlap is the part" });
  await expect(outcome).not.toContainText(" 63 findings");
  await metric.selectOption("iou");
  await expect(outcome).toContainText(" 63 findings");
  await metric.selectOption("ios");
  await expect(outcome).not.toContainText(" 63 findings");
  // In chains a box takes those of lower scores alone, and these have one.
  await method.selectOption("nmm");
  await expect(outcome).toContainText(" 63 findings");
  await method.selectOption("greedy-nmm");
  await expect(outcome).not.toContainText(" 63 findings");
  const atQuarter = (await outcome.textContent()) ?? "";
  await threshold.press("Home");
  await expect(outcome).not.toHaveText(atQuarter);
  const count = Number(/become (\d+)/.exec((await outcome.textContent()) ?? "")?.[1]);
  expect(count).toBeLessThan(40);
  await look("merging");
  await save.click();
  await expect(panel).toHaveCount(0);
  await expect(page.getByText(`showing ${count} of ${count}`)).toBeVisible({ timeout: 30_000 });
  await expect(tallied("Accepted (1)")).toBeAttached();
  expect(provider.callsByTask.tile).toBe(63);
  await page.getByRole("button", { name: "How tiles were merged" }).click();
  await expect(panel.getByRole("button", { name: /^2: greedy-nmm, ios, 5% \(in force\)/ })).toBeVisible();
  await panel.getByRole("button", { name: /^1: greedy-nmm, ios, 50%/ }).click();
  await expect(outcome).toContainText("63 findings");
});

test("another run stands beside the picture, moves with it, and is in the address", async () => {
  await page.getByRole("region", { name: "Merging" }).getByRole("button", { name: "Close" }).click();
  await page.keyboard.press("d");
  const beside = page.getByRole("region", { name: "Beside" });
  await expect(beside.getByTestId("viewer-beside").locator("canvas").first()).toBeVisible();
  await expect(page).toHaveURL(/beside=/);
  await expect(beside.locator("[data-layer=findings]")).toBeVisible();
  /** How far each of the two is zoomed. */
  const zooms = () => page.getByTestId("zoom").allTextContents();
  await page.keyboard.press("+");
  await page.keyboard.press("+");
  await expect.poll(async () => new Set(await zooms()).size).toBe(1);
  const zoomed = await zooms();
  // The hand on the one beside leads, too.
  await beside.getByTestId("viewer-beside").hover();
  await page.mouse.wheel(0, 400);
  await expect.poll(zooms).not.toEqual(zoomed);
  await expect.poll(async () => new Set(await zooms()).size).toBe(1);
  await look("beside");
  // Alone, it leaves the other where it is.
  await beside.getByRole("button", { name: "Move each alone" }).click();
  await beside.getByTestId("viewer-beside").hover();
  await page.mouse.wheel(0, -800);
  await expect.poll(async () => new Set(await zooms()).size).toBe(2);
  await page.reload();
  await expect(beside.getByTestId("viewer-beside").locator("canvas").first()).toBeVisible();
  await beside.getByRole("button", { name: "Close the picture beside" }).click();
  await expect(beside).toHaveCount(0);
  await expect(page).not.toHaveURL(/beside=/);
});
