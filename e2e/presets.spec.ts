import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import sharp from "sharp";
import { type RunningServer, startServer } from "#e2e/support/server.ts";
import { signIn } from "#e2e/support/sign-in.ts";
import { projectRoot } from "#lib/config/paths.ts";

/** A preset is kept with a colour of its own, and what is found with it is shown in that colour. */

test.setTimeout(300_000);

const OWN = [0, 230, 64] as const;

let server: RunningServer;
let dataDir: string;
let imageId: string;
test.beforeAll(async () => {
  test.setTimeout(300_000);
  dataDir = await mkdtemp(join(tmpdir(), "tessera-presets-"));
  server = await startServer({ dataDir });
  const slide = await readFile(join(projectRoot(), "samples", "CMU-1-Small-Region.svs"));
  imageId = (await server.upload("slide.svs", slide)).id;
});
test.afterAll(async () => {
  await server?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** How many pixels of the picture on the screen have the colour. */
async function painted(page: Page): Promise<number> {
  const shot = await page.getByRole("application", { name: "Picture" }).screenshot();
  const { data, info } = await sharp(shot).raw().toBuffer({ resolveWithObject: true });
  let count = 0;
  for (let at = 0; at < data.length; at += info.channels) {
    if (OWN.every((part, band) => Math.abs((data[at + band] ?? 0) - part) <= 2)) count += 1;
  }
  return count;
}

test("the colour of a class is edited, kept in a preset, and seen in list and picture", async ({ page }) => {
  await signIn(page, server);
  await page.goto(`${server.url}/images/${imageId}`);
  await expect(page.getByRole("button", { name: "Analyse" })).toBeVisible();
  expect(await painted(page)).toBe(0);
  await page.getByRole("button", { name: "Analyse" }).click();
  const panel = page.getByRole("dialog", { name: "New analysis" });
  await panel.getByLabel("Look for").selectOption({ label: "Nuclei (H&E)" });
  await panel.getByText("Colours and least confidence of classes").click();
  const colour = panel.getByLabel("Colour of nucleus", { exact: true });
  await expect(colour).toHaveValue("#f0e442");
  await colour.fill("#00e640");
  await panel.getByLabel("Least confidence of nucleus, %").fill("55");
  await panel.getByLabel("Even glass or paper").uncheck();

  await panel.getByText("Preset", { exact: true }).click();
  await panel.getByPlaceholder("Title").fill("Green nuclei");
  await panel.getByRole("button", { name: "Save as “Green nuclei”" }).click();
  await expect(panel.getByLabel("Look for")).toHaveValue("green-nuclei");
  const kept = await page.request.get(`${server.url}/api/v1/presets/green-nuclei`);
  expect(await kept.json()).toMatchObject({
    ...{ version: 1, colours: { nucleus: "#00e640" }, thresholds: { nucleus: 0.55 }, skipRules: ["noData"] },
  });
  await expect(colour).toHaveValue("#00e640");

  await panel.getByRole("button", { name: "Start analysis" }).click();
  const classes = page.getByRole("region", { name: "Classes" });
  await expect(classes.getByRole("switch", { name: "Show nucleus" })).toBeVisible({ timeout: 120_000 });
  await expect(classes.locator("[aria-hidden]").first()).toHaveCSS("background-color", `rgb(${OWN.join(", ")})`);
  await expect(panel).toBeHidden();
  await expect.poll(() => painted(page), { timeout: 60_000 }).toBeGreaterThan(200);

  // The preset changes, and what was found with it before stays as it was.
  const changed = { data: { colours: {} }, headers: { origin: server.url } };
  expect((await page.request.patch(`${server.url}/api/v1/presets/green-nuclei`, changed)).status()).toBe(200);
  await page.reload();
  await expect(classes.locator("[aria-hidden]").first()).toHaveCSS("background-color", `rgb(${OWN.join(", ")})`);
});
