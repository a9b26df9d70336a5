import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import sharp from "sharp";
import { type RunningServer, startServer } from "#e2e/support/server.ts";
import { projectRoot } from "#lib/config/paths.ts";

/** A scene of five bands of 16 bits is looked at in other bands, ranges and lights; the address keeps the look. */

let dataDir: string;
let server: RunningServer;
let imageId: string;

test.beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "tessera-colours-"));
  server = await startServer({ dataDir });
  const scene = await readFile(join(projectRoot(), "lib/imaging/fixtures/masked-bands.tif"));
  const image = await server.upload("bands.tif", scene);
  expect(image.state).toBe("ready");
  imageId = image.id;
});
test.afterAll(async () => {
  await server?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

test.setTimeout(300_000);

test("bands, ranges and light are chosen, stand in the address and come back with it", async ({ page }) => {
  await page.goto(server.signInLink);
  await page.goto(`${server.url}/images/${imageId}`);
  await page.getByRole("button", { name: "Colours" }).click();
  const panel = page.getByRole("region", { name: "Colours" });
  await expect(panel.getByText("Band 5").first()).toBeAttached();

  const asked = page.waitForResponse((response) => response.url().includes("show=") && response.ok());
  await panel.getByRole("combobox", { name: "Blue", exact: true }).selectOption("Band 5");
  const tile = await asked;
  const { data, info } = await sharp(await tile.body())
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect([info.width, info.height]).toEqual([64, 48]);
  expect(data[(22 * 64 + 30) * 3 + 2]).toBeGreaterThan(50);
  await expect(page).toHaveURL(/show=.*4:[^,]*:0000ff/);
  const again = await page.request.get(tile.url(), { headers: { "if-none-match": tile.headers()["etag"] ?? "" } });
  expect(again.status()).toBe(304);
  const anonymous = await fetch(tile.url());
  expect(anonymous.status).toBe(401);

  await panel.getByRole("slider", { name: "Band 5: darkest value" }).press("PageUp");
  await panel.getByRole("slider", { name: "Gamma" }).press("PageUp");
  await expect(page).toHaveURL(/tone=0,1,1\.\d/);
  const address = page.url();
  await page.goto(address);
  await page.getByRole("button", { name: "Colours" }).click();
  await expect(panel.getByRole("combobox", { name: "Blue", exact: true })).toHaveValue("4");
  expect(page.url()).toContain(new URL(address).searchParams.get("show") ?? "nothing");
  await expect(page.locator('[data-testid="viewer"] canvas').first()).toHaveCSS("filter", /viewer-tone/);

  await panel.getByRole("button", { name: "As at first" }).click();
  await expect(page).not.toHaveURL(/show=|tone=/);
});
