import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import sharp from "sharp";
import { coloursAlong, middleOf } from "#e2e/support/screen.ts";
import { type RunningServer, startServer } from "#e2e/support/server.ts";
import { signIn } from "#e2e/support/sign-in.ts";

/**
 * A finding lies on what it is about, to the pixel: a box on a red square, measured on the screen, on plain and fine screens, turned,
 * mirrored, and in a window that has changed its size.
 */

// Pictures are drawn without a graphics card here.
test.setTimeout(300_000);

/** The red square of the picture, which is grey elsewhere, in its pixels. It is not in the middle: a mirrored box would miss it. */
const SQUARE = { left: 430, top: 170, width: 160, height: 140 };
/** So far on the screen may the box's line be from the square's edge, in CSS pixels: the line has a width. */
const NEAR = 2.5;
/** From the middle of the screen beyond the square's furthest side, in CSS pixels. */
const REACH = 130;

let server: RunningServer;
let dataDir: string;
let address: string;
let id: string;
test.beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "tessera-register-"));
  server = await startServer({ dataDir });
  const canvas = { width: 800, height: 600, channels: 3, background: "#777" } as const;
  const square = { width: SQUARE.width, height: SQUARE.height, channels: 3, background: "#d00" } as const;
  const picture = sharp({ create: canvas }).composite([{ ...SQUARE, input: { create: square } }]);
  const imageId = (await server.upload("square.png", await picture.png().toBuffer())).id;
  const api = await server.api("reviewer");
  const box = [SQUARE.left, SQUARE.top, SQUARE.width, SQUARE.height];
  ({ id } = await api.post<{ id: string }>("/api/v1/findings", { imageId, box, label: "s" }));
  address = `${server.url}/images/${imageId}?x=${SQUARE.left + 88}&y=${SQUARE.top + 70}&zoom=1.2`;
});
test.afterAll(async () => {
  await server?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** Where colours begin and end to be so, in pixels of the line; null where none is. */
function extent<T>(along: readonly T[], is: (value: T, at: number) => boolean): [number, number] | null {
  const found = along.map(is);
  return found.includes(true) ? [found.indexOf(true), found.lastIndexOf(true)] : null;
}

/** How far the ends of the box are from the ends of the square along a line through both, in CSS pixels; much where one is not there. */
async function distance(page: Page, ratio: number, down: boolean): Promise<number> {
  const middle = await middleOf(page);
  // Past the box's name, which stands over its left.
  const line = { x: middle.x - (down ? 0 : REACH), y: middle.y - (down ? REACH : 0), length: 2 * REACH, down };
  const drawn = await coloursAlong(page, line);
  await page.keyboard.press("h");
  await expect(page.getByRole("button", { name: "Show findings" })).toBeVisible();
  const bare = await coloursAlong(page, line);
  await page.keyboard.press("h");
  await expect(page.getByRole("button", { name: "Hide findings" })).toBeVisible();
  const square = extent(bare, ([red, green]) => red > 150 && green < 60);
  const box = extent(drawn, (colour, at) => colour.some((part, of) => Math.abs(part - (bare[at]?.[of] ?? 0)) > 24));
  if (!square || !box) return Number.POSITIVE_INFINITY;
  return Math.max(Math.abs(square[0] - box[0]), Math.abs(square[1] - box[1])) / ratio;
}

for (const ratio of [1, 2, 3]) {
  test(`at a pixel ratio of ${ratio}`, async ({ browser }) => {
    const context = await browser.newContext({ deviceScaleFactor: ratio, viewport: { width: 800, height: 600 } });
    const page = await context.newPage();
    await signIn(page, server);
    await page.goto(address);
    await expect(page.getByTestId("viewer").locator("canvas").first()).toBeVisible();
    const lies = async (how: string): Promise<void> => {
      await test.step(how, async () => {
        for (const down of [false, true]) {
          await expect.poll(() => distance(page, ratio, down), { timeout: 30_000 }).toBeLessThan(NEAR);
        }
      });
    };
    await lies("as it is");
    await page.keyboard.press("]");
    await lies("turned");
    await page.keyboard.press("Shift+F");
    await lies("turned and mirrored");
    await page.keyboard.press("[");
    await lies("mirrored");
    await page.setViewportSize({ width: 700, height: 480 });
    await lies("in a smaller window");
    const { x, y } = await middleOf(page);
    await page.mouse.click(x, y);
    await expect.poll(() => new URL(page.url()).searchParams.get("finding")).toBe(id);
    await context.close();
  });
}

for (const isGivenBack of [true, false]) {
  test(`a graphics context that the browser takes away${isGivenBack ? " and gives back" : ""}`, async ({ page }) => {
    await signIn(page, server);
    await page.goto(address);
    const boxes = page.locator('canvas[data-layer="findings"]');
    const lies = (): Promise<void> =>
      expect.poll(() => distance(page, 1, false), { timeout: 30_000 }).toBeLessThan(NEAR);
    await lies();
    await boxes.evaluate((canvas, givesBack) => {
      const context = canvas instanceof HTMLCanvasElement ? canvas.getContext("webgl2") : null;
      const extension = context?.getExtension("WEBGL_lose_context");
      if (!extension) throw new Error("boxes are not drawn by WebGL");
      // What was drawn is gone with the event, and given back from outside of it alone.
      const gone = new Promise<void>((resolve) => {
        const give = (): void => (givesBack ? extension.restoreContext() : resolve());
        canvas.addEventListener("webglcontextlost", () => setTimeout(give));
        canvas.addEventListener("webglcontextrestored", () => resolve());
      });
      extension.loseContext();
      return gone;
    }, isGivenBack);
    await lies();
    const isWebGl = (canvas: Element): boolean =>
      canvas instanceof HTMLCanvasElement && canvas.getContext("webgl2") !== null;
    await expect.poll(() => boxes.evaluate(isWebGl)).toBe(isGivenBack);
  });
}
