import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import sharp from "sharp";
import { colourAt, middleOf } from "#e2e/support/screen.ts";
import { type RunningServer, startServer } from "#e2e/support/server.ts";
import { signIn } from "#e2e/support/sign-in.ts";
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

/** The colour in the middle of the picture, on the screen. */
const seen = async (page: Page) => colourAt(page, await middleOf(page));

test("bands, ranges and light are chosen, stand in the address and come back with it", async ({ page }) => {
  await signIn(page, server);
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
  // The middle of the tile is the middle of the picture on the screen.
  const blue = data[(24 * 64 + 32) * 3 + 2] ?? 0;
  expect(blue).toBeGreaterThan(50);
  await expect.poll(async () => Math.abs((await seen(page))[2] - blue)).toBeLessThan(12);
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

test("brightness, contrast, gamma and the stretch of 16 bits are seen on the picture", async ({ page }) => {
  // From 1000 at the left to 3000 at the right: the middle is half way, in a picture that uses little of what 16 bits can say.
  const [width, height] = [256, 128];
  const values = Uint16Array.from(
    { length: width * height },
    (_, at) => 1000 + Math.round(((at % width) * 2000) / 255),
  );
  const raw = sharp(values, { raw: { width, height, channels: 1 } }).toColourspace("grey16");
  const { id } = await server.upload("ramp.tif", await raw.tiff({ compression: "none" }).toBuffer());
  await signIn(page, server);
  await page.goto(`${server.url}/images/${id}`);
  await page.getByRole("button", { name: "Colours" }).click();
  const panel = page.getByRole("region", { name: "Colours" });
  /** Holds until the middle of the picture is so bright, 0…1. */
  const isBright = (expected: () => number) =>
    expect.poll(async () => Math.abs((await seen(page))[0] / 255 - expected())).toBeLessThan(0.03);
  await isBright(() => 0.5);

  const parameter = (name: string): string => new URL(page.url()).searchParams.get(name) ?? "";
  const press = async (slider: string | RegExp, key: string): Promise<void> => {
    const address = page.url();
    await panel.getByRole("slider", { name: slider }).press(key);
    await expect.poll(() => page.url()).not.toBe(address);
  };
  const tone = (): number => {
    const [brightness = 0, contrast = 1, gamma = 1] = parameter("tone").split(",").map(Number);
    return Math.min(1, Math.max(0, contrast * (bright - 0.5) + 0.5 + brightness)) ** (1 / gamma);
  };
  /** Of the middle, before it is lit. */
  let bright = 0.5;
  await press("Brightness", "PageUp");
  await isBright(tone);
  await press("Contrast", "PageUp");
  await press("Contrast", "PageUp");
  await isBright(tone);
  await press("Gamma", "PageUp");
  await isBright(tone);
  await panel.getByRole("button", { name: "As at first" }).click();
  await isBright(() => 0.5);

  for (let times = 0; times < 8; times += 1) await press(/darkest value$/, "PageUp");
  const [, low = 0, high = 1] = parameter("show").split(":").map(Number);
  bright = (2000 - low) / (high - low);
  expect(bright).toBeLessThan(0.45);
  await isBright(() => bright);
});
