import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { type RunningServer, startServer } from "#e2e/support/server.ts";
import { signIn } from "#e2e/support/sign-in.ts";

/** Every page and state in light and dark, wide and narrow: pictures to look at in test-results/looks, and nothing for axe to find. */

test.setTimeout(600_000);

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const SCHEMES = ["light", "dark"] as const;
const WIDTHS = [1440, 1024] as const;

let server: RunningServer;
let dataDir: string;
let imageId: string;
let runId: string;
test.beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "tessera-looks-"));
  server = await startServer({ dataDir });
  const api = await server.api("operator");
  imageId = (
    await server.upload("road.png", await readFile(join(import.meta.dirname, "..", "samples", "terrain2.png")))
  ).id;
  runId = (await api.post<{ id: string }>(`/api/v1/images/${imageId}/runs`, { preset: "general" })).id;
  const state = async () => (await api.get<{ state: string }>(`/api/v1/runs/${runId}`)).state;
  await expect.poll(state, { timeout: 120_000 }).toBe("completed");
});
test.afterAll(async () => {
  await server?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** What a page is brought to before it is looked at; the keys are pressed on the picture. */
const STATES: { name: string; path: () => string; ready: (page: Page) => Promise<void> }[] = [
  {
    name: "library",
    path: () => "/",
    ready: (page) => expect(page.getByRole("link", { name: /road/ }).first()).toBeVisible(),
  },
  { name: "runs", path: () => "/runs", ready: (page) => expect(page.getByRole("table")).toBeVisible() },
  {
    name: "run",
    path: () => `/runs/${runId}`,
    ready: (page) => expect(page.getByText("completed").first()).toBeVisible(),
  },
  {
    name: "report",
    path: () => `/runs/${runId}/report`,
    ready: (page) => expect(page.getByRole("heading", { level: 1 })).toBeVisible(),
  },
  {
    name: "evaluation",
    path: () => `/runs/${runId}/evaluation`,
    ready: (page) => expect(page.getByRole("heading", { level: 1 })).toBeVisible(),
  },
  { name: "new-run", path: () => `/images/${imageId}`, ready: (page) => open(page, "Analyse", "New analysis") },
  { name: "export", path: () => `/images/${imageId}?run=${runId}`, ready: (page) => open(page, "Export", "Export") },
  { name: "import", path: () => `/images/${imageId}`, ready: (page) => open(page, "Import", "Import") },
  { name: "image", path: () => `/images/${imageId}?run=${runId}`, ready: select },
  { name: "keys", path: () => `/images/${imageId}?run=${runId}`, ready: (page) => press(page, "?", "Keys") },
  {
    name: "palette",
    path: () => `/images/${imageId}?run=${runId}`,
    ready: (page) => press(page, "Control+k", "Find a command"),
  },
  { name: "relabel", path: () => `/images/${imageId}?run=${runId}`, ready: (page) => press(page, "t", "Relabel") },
  { name: "comment", path: () => `/images/${imageId}?run=${runId}`, ready: (page) => press(page, "c", "Comment on") },
  {
    name: "accept-many",
    path: () => `/images/${imageId}?run=${runId}`,
    ready: (page) => press(page, "Shift+A", "Accept all"),
  },
  {
    name: "drawing",
    path: () => `/images/${imageId}?run=${runId}`,
    async ready(page) {
      await select(page);
      await page.keyboard.press("e");
      await expect(page.locator("[data-handle]")).not.toHaveCount(0);
    },
  },
  {
    name: "gallery",
    path: () => `/images/${imageId}?run=${runId}`,
    async ready(page) {
      await select(page);
      await page.keyboard.press("i");
      const crops = page.getByRole("listbox", { name: "Findings" }).getByRole("option");
      await expect(crops.first().locator("img")).toBeVisible();
    },
  },
  {
    name: "merging",
    path: () => `/images/${imageId}?run=${runId}`,
    async ready(page) {
      await showFindings(page);
      await page.getByRole("button", { name: "How tiles were merged" }).click();
      await expect(page.getByText(/candidates? becomes?/)).toBeVisible();
    },
  },
  {
    name: "beside",
    path: () => `/images/${imageId}?run=${runId}&beside=${imageId}`,
    ready: (page) => expect(page.getByTestId("viewer-beside").locator("canvas").first()).toBeVisible(),
  },
  {
    name: "review",
    path: () => `/images/${imageId}?run=${runId}`,
    async ready(page) {
      await showFindings(page);
      await page.keyboard.press("Shift+R");
      await expect(
        page.getByRole("region", { name: "Review" }).getByRole("button", { name: "Accept Y" }),
      ).toBeVisible();
    },
  },
];

async function select(page: Page): Promise<void> {
  await showFindings(page);
  await page.keyboard.press("j");
  await expect(page).toHaveURL(/finding=/);
}

/** Opens the list of findings where there was no room for it. */
async function showFindings(page: Page): Promise<void> {
  const toggle = page.getByRole("button", { name: "Findings panel" });
  await expect(toggle).toBeVisible();
  if ((await toggle.getAttribute("aria-pressed")) !== "true") await toggle.click();
  await expect(page.getByText(/^showing [1-9]/)).toBeVisible();
  await page.getByRole("application", { name: "Picture" }).focus();
}

async function open(page: Page, button: string, title: string): Promise<void> {
  // Where there is little room, no panel is open.
  await expect(page.getByTestId("viewer").locator("canvas").first()).toBeVisible();
  await page.getByRole("button", { name: button, exact: true }).click();
  await expect(page.getByRole("dialog", { name: title })).toBeVisible();
}

async function press(page: Page, key: string, title: string): Promise<void> {
  await select(page);
  await page.keyboard.press(key);
  await expect(page.getByRole("dialog", { name: title })).toBeVisible();
}

for (const width of WIDTHS) {
  for (const colorScheme of SCHEMES) {
    test(`every page at ${width} px, ${colorScheme}`, async ({ browser }) => {
      const context = await browser.newContext({
        viewport: { width, height: 900 },
        colorScheme,
        reducedMotion: "reduce",
      });
      const page = await context.newPage();
      await signIn(page, server);
      for (const { name, path, ready } of STATES) {
        await page.goto(server.url + path());
        await ready(page);
        await page.waitForTimeout(600);
        await page.screenshot({ path: `test-results/looks/${name}-${width}-${colorScheme}.png` });
        const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
        const found = violations.map(
          ({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`,
        );
        expect.soft(found, `${name} at ${width} px, ${colorScheme}`).toEqual([]);
      }
      await context.close();
    });
  }
}
