import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { type RunningServer, startServer } from "#e2e/support/server.ts";
import { signIn } from "#e2e/support/sign-in.ts";

/** The new-run panel proposes a tiling, says why, and leaves the last word to the person. */

test.setTimeout(180_000);

let server: RunningServer;
let dataDir: string;
let imageId: string;
test.beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "tessera-tiling-"));
  server = await startServer({ dataDir });
  const slide = await readFile(join(import.meta.dirname, "..", "samples", "CMU-1-Small-Region.svs"));
  imageId = (await server.upload("slide.svs", slide)).id;
});
test.afterAll(async () => {
  await server?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

test("tiles are proposed by scale, changed by hand, taken back, and used", async ({ page }) => {
  await signIn(page, server);
  await page.goto(`${server.url}/images/${imageId}`);
  await page.getByRole("button", { name: "Analyse" }).click();
  const panel = page.getByRole("dialog", { name: "New analysis" });
  await expect(panel.getByText(/There is something to see in/)).toBeVisible();

  await panel.getByLabel("Look for").selectOption({ label: "Nuclei (H&E)" });
  await expect(panel.getByText("A pixel is 0.5 µm, so tiles of 512 pixels are 260 µm wide.")).toBeVisible();
  const side = panel.getByLabel("Tile side, px");
  await expect(side).toHaveValue("512");

  await side.fill("1024");
  await panel.getByRole("button", { name: "As proposed" }).click();
  await expect(side).toHaveValue("512");
  await expect(panel.getByRole("button", { name: "As proposed" })).toBeHidden();

  await panel.getByLabel("Resolution").selectOption({ label: "1/2" });
  const started = page.waitForResponse(
    (response) => response.request().method() === "POST" && response.url().endsWith("/runs"),
  );
  await panel.getByRole("button", { name: "Start analysis" }).click();
  const run: { configuration: { tiling: unknown } } = await (await started).json();
  expect(run.configuration.tiling).toEqual({ tile: 512, overlap: 0.2, level: 1 });
});
