import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import sharp from "sharp";
import { insertFindings, insertRun, type Square } from "#e2e/support/findings.ts";
import { connectTo, type RunningServer, startServer } from "#e2e/support/server.ts";
import { signIn } from "#e2e/support/sign-in.ts";

/** A run held against the truth, compared with others, and shared by links: by what a person sees. */

test.describe.configure({ mode: "serial" });

const SIDE = 60;
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** Sixteen things of two kinds in rows, as they are drawn on the picture. */
const THINGS = Array.from({ length: 16 }, (_, at) => ({
  x: 80 + (at % 4) * 180,
  y: 60 + Math.floor(at / 4) * 140,
  label: at % 3 === 0 ? "truck" : "car",
}));

let server: RunningServer;
let dataDir: string;
let imageId: string;
let runs: { first: string; second: string };
let page: Page;

const found = (things: readonly (typeof THINGS)[number][], shift: number): Square[] =>
  things.map((thing, at) => ({ ...thing, x: thing.x + shift, side: SIDE, score: 0.95 - at * 0.03 }));

test.beforeAll(async ({ browser }) => {
  dataDir = await mkdtemp(join(tmpdir(), "tessera-evaluation-"));
  server = await startServer({ dataDir });
  const canvas = { width: 800, height: 600, channels: 3, background: "#5d6b5a" } as const;
  const squares = THINGS.map(({ x, y, label }) => {
    const background = label === "car" ? "#d8d2c4" : "#a33";
    return { left: x, top: y, input: { create: { ...canvas, width: SIDE, height: SIDE, background } } };
  });
  const picture = await sharp({ create: canvas }).composite(squares).png().toBuffer();
  imageId = (await server.upload("yard.png", picture)).id;
  const database = await connectTo(dataDir);
  const renamed = THINGS.map((thing, at) => (at === 5 ? { ...thing, label: "truck" } : thing));
  const invented: Square = { x: 700, y: 520, side: SIDE, label: "car", score: 0.42 };
  runs = {
    second: await insertRun(database, imageId, found(THINGS.slice(6), 3)),
    first: await insertRun(database, imageId, [...found(renamed.slice(0, 14), 6), invented]),
  };
  await database.end();
  const rows = THINGS.map(({ x, y, label }) => `${label},${x},${y},${SIDE},${SIDE}`);
  const api = await server.api("reviewer");
  const body = ["label,x,y,width,height", ...rows].join("\n");
  await api.fetch(`/api/v1/images/${imageId}/import?name=truth.csv&duplicates=add`, { method: "POST", body });
  page = await (await browser.newContext()).newPage();
  await signIn(page, server);
});
test.afterAll(async () => {
  await page?.context().close();
  await server?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function isAccessible(): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
}

test("a run is held against imported truth, and a threshold that does well is kept in its preset", async () => {
  await page.goto(`${server.url}/images/${imageId}?run=${runs.first}`);
  await page.getByRole("navigation", { name: "Pages of the run" }).getByRole("link", { name: "Evaluation" }).click();
  await expect(page.getByRole("heading", { name: "Evaluation" })).toBeVisible();
  await expect(page.getByLabel("Truth")).toContainText("Imported ground truth (16)");
  const all = page.getByRole("row", { name: /^All classes/ });
  // Thirteen of fifteen findings are right, of sixteen things.
  await expect(all).toContainText("0.867");
  await expect(all).toContainText("0.813");
  await expect(page.getByRole("img", { name: /^Precision over recall. car: from precision 1.000/ })).toBeVisible();
  await isAccessible();
  await page.getByRole("button", { name: "car", exact: true }).click();
  await expect(page).toHaveURL(/class=car/);
  await page.getByRole("button", { name: "Best F1" }).click();
  await expect(page.getByText("car, at least 0.43")).toBeVisible();
  await page.getByRole("button", { name: "Keep in Objects" }).click();
  await expect(page.getByText("The preset keeps car from 0.43.")).toBeVisible();
  const api = await server.api("viewer");
  const { thresholds } = await api.get<{ thresholds: Record<string, number> }>("/api/v1/presets/general");
  expect(thresholds).toEqual({ car: 0.43 });
});

test("a mistake opens in the viewer at its place", async () => {
  const wrong = page.getByRole("region", { name: /^False positives/ });
  await expect(wrong.getByRole("link")).toHaveCount(1);
  await wrong.getByRole("link", { name: /car 0.42 Nothing is there/ }).click();
  await expect(page).toHaveURL(new RegExp(`/images/${imageId}\\?.*finding=`));
  await expect(page).toHaveURL(/x=730&y=550/);
  const selected = page.getByRole("listbox", { name: "Findings" }).getByRole("option", { selected: true });
  await expect(selected).toContainText("car");
  await page.goBack();
  await page
    .getByRole("region", { name: /^Misses/ })
    .getByRole("link", { name: /car Taken for a truck/ })
    .click();
  await expect(selected).toContainText("by hand");
});

test("a run is compared with another and with the truth, and the address says so", async () => {
  await page.goto(`${server.url}/images/${imageId}?run=${runs.first}`);
  await page.getByRole("button", { name: "Compare…" }).click();
  const section = page.getByRole("region", { name: "Comparison" });
  const api = await server.api("reviewer");
  const invented = (
    await api.get<{ items: { id: string; score: number }[] }>(
      `/api/v1/images/${imageId}/findings?run=${runs.first}&limit=100`,
    )
  ).items.find(({ score }) => score === 0.42)?.id;
  const decide = async (id: string | undefined, review: string): Promise<void> => {
    const { version } = await api.get<{ version: number }>(`/api/v1/findings/${id}`);
    const headers = { "content-type": "application/json", "if-match": `"${version}"` };
    const body = JSON.stringify({ review });
    expect((await api.fetch(`/api/v1/findings/${id}`, { method: "PATCH", headers, body })).status).toBe(200);
  };
  await section.getByLabel("Compare with").selectOption({ label: "Imported ground truth (16)" });
  const parts = section.getByRole("listitem").filter({ has: page.getByRole("checkbox") });
  await expect(parts).toHaveText(["Both13", "Both, other names1", "Only A1", "Only B2"]);
  await expect(section.getByRole("row", { name: /^A \(15\) and B \(16\)/ })).toContainText("0.839");
  await expect(section.getByTestId("venn").locator("text")).toHaveText(["A", "B", "1", "2", "14"]);
  const places = page.getByRole("region", { name: "Places" });
  await expect(places.getByRole("button")).toHaveCount(17);
  await section.getByRole("checkbox", { name: /^Both ?13/ }).uncheck();
  await expect(places.getByRole("button")).toHaveCount(4);
  await places.getByRole("button").first().click();
  await expect(places.getByRole("button", { pressed: true })).toHaveCount(1);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    section.getByRole("link", { name: "Only B" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("yard.only-there.coco.json");
  await section.getByRole("checkbox", { name: /^Both ?13/ }).check();
  // Somebody decides elsewhere, and the comparison follows: rejected findings take no part.
  await decide(invented, "rejected");
  await expect(parts).toHaveText(["Both13", "Both, other names1", "Only B2"]);
  await decide(invented, "unreviewed");
  await expect(parts).toHaveText(["Both13", "Both, other names1", "Only A1", "Only B2"]);
  await isAccessible();
  await section.getByLabel("Compare with").selectOption({ index: 1 });
  await expect(section.getByRole("row", { name: /^A \(15\) and C \(10\)/ })).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`with=imported&with=${runs.second}`));
  await page.reload();
  await expect(section.getByText("All", { exact: true })).toBeVisible();
  await section.getByRole("button", { name: "End the comparison" }).click();
  await expect(page.getByRole("region", { name: "Findings", exact: true })).toBeVisible();
  await expect(page).not.toHaveURL(/with=/);
});

test("what is exported as the picture shows it is what the screen counts, thresholds of classes and sizes too", async () => {
  const mins = encodeURIComponent(JSON.stringify({ car: 0.7 }));
  await page.goto(`${server.url}/images/${imageId}?run=${runs.first}&mins=${mins}&from=20&review=unreviewed`);
  const counted = await page.getByText(/^showing \d+ of 15/).textContent();
  const shown = Number(/^showing (\d+)/.exec(counted ?? "")?.[1]);
  // Cars below 0.7 are not shown, trucks are.
  expect(shown).toBeGreaterThan(5);
  expect(shown).toBeLessThan(14);
  await page.getByRole("button", { name: "Export" }).click();
  const dialog = page.getByRole("dialog", { name: "Export findings" });
  await expect(dialog.getByText("15 findings")).toBeVisible();
  await dialog.getByRole("checkbox", { name: /^Only what the picture shows/ }).check();
  await expect(dialog.getByText(`${shown} findings`)).toBeVisible();
  await isAccessible();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    dialog.getByRole("link", { name: "Download" }).click(),
  ]);
  expect(JSON.parse(await readFile(await download.path(), "utf8")).annotations).toHaveLength(shown);
  await dialog.getByRole("button", { name: "Keep as a file" }).click();
  await expect(dialog.getByRole("region", { name: "Kept exports" })).toContainText(`${shown} findings`);
});

test("several runs are exported as one file, as many as are chosen", async () => {
  await page.goto(`${server.url}/images/${imageId}?run=${runs.first}`);
  await page.getByRole("button", { name: "Export" }).click();
  const dialog = page.getByRole("dialog", { name: "Export findings" });
  await dialog.getByLabel("Findings").selectOption("Of several runs");
  const choices = dialog.getByRole("group", { name: "Runs" });
  const shown = choices.getByRole("checkbox", { name: /15 findings/ });
  const other = choices.getByRole("checkbox", { name: /10 findings/ });
  await expect(shown).toBeChecked();
  await expect(other).not.toBeChecked();
  await shown.uncheck();
  await expect(dialog.getByText("Choose at least one run.")).toBeVisible();
  await expect(dialog.getByRole("link", { name: "Download" })).toHaveCount(0);
  await shown.check();
  await other.check();
  await expect(dialog.getByText("25 findings")).toBeVisible();
  await isAccessible();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    dialog.getByRole("link", { name: "Download" }).click(),
  ]);
  expect(JSON.parse(await readFile(await download.path(), "utf8")).annotations).toHaveLength(25);
  await dialog.getByRole("button", { name: "Keep as a file" }).click();
  await expect(dialog.getByRole("region", { name: "Kept exports" })).toContainText("25 findings");
});

test("thousands of findings are compared and evaluated as well, on a thread of their own", async () => {
  const database = await connectTo(dataDir);
  const many = await insertFindings(database, { id: imageId, width: 800, height: 600 }, 6000);
  await database.end();
  const api = await server.api("viewer");
  const { evaluation } = await api.get<{ evaluation: { overall: { findings: number } } }>(
    `/api/v1/runs/${many}/evaluation?truth=imported`,
  );
  expect(evaluation.overall.findings).toBe(6000);
  const { sides } = await api.get<{ sides: { findings: number }[] }>(
    `/api/v1/runs/${many}/compare/places?with=imported`,
  );
  expect(sides.map(({ findings }) => findings)).toEqual([6000, 16]);
});

test("a view and a report are shared by links that end when they are revoked", async ({ browser }) => {
  await page.goto(`${server.url}/images/${imageId}?run=${runs.first}`);
  await expect(page.getByText(/^showing 15/)).toBeVisible();
  await page.getByRole("button", { name: "Share" }).click();
  const dialog = page.getByRole("dialog", { name: "Share by a link" });
  const share = async (name: string): Promise<string> => {
    await dialog.getByLabel("Name").fill(name);
    await dialog.getByRole("button", { name: "Make a link" }).click();
    await expect(dialog.getByRole("link", { name })).toBeVisible();
    return dialog.getByLabel("The new link", { exact: true }).inputValue();
  };
  const view = await share("For Ana");
  await dialog.getByLabel("The report of this run").check();
  const report = await share("For the council");
  await isAccessible();
  const guest = await (await browser.newContext()).newPage();
  await guest.goto(view);
  await expect(guest.getByRole("heading", { name: "For Ana" })).toBeVisible();
  await expect(guest.getByRole("img", { name: "For Ana" })).toBeVisible();
  await guest.goto(report);
  await expect(guest.getByRole("heading", { name: "yard.png" })).toBeVisible();
  await dialog.getByRole("button", { name: "Revoke For Ana" }).click();
  await expect(dialog.getByText(/View, with findings; revoked/)).toBeVisible();
  const refused = await guest.goto(view);
  expect(refused?.status()).toBe(404);
  await guest.context().close();
});
