import type { Page } from "@playwright/test";
import sharp from "sharp";

/** Colours of the screen as red, green, blue, 0…255. Places are CSS pixels of the page. */
type Colour = readonly [red: number, green: number, blue: number];
type Line = { x: number; y: number; length: number; down: boolean };

/** The middle of the picture's part of the page, once it is there. */
export async function middleOf(page: Page): Promise<{ x: number; y: number }> {
  return page.getByTestId("viewer").evaluate((element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return { x: x + width / 2, y: y + height / 2 };
  });
}

/** The colour of a place of the page, the mean of two by two pixels. */
export async function colourAt(page: Page, { x, y }: { x: number; y: number }): Promise<Colour> {
  const shot = await page.screenshot({ clip: { x: x - 1, y: y - 1, width: 2, height: 2 }, scale: "css" });
  const [red = 0, green = 0, blue = 0] = await sharp(shot).removeAlpha().resize(1, 1).raw().toBuffer();
  return [red, green, blue];
}

/** The colours along a line of the page, pixel by pixel of the screen's own. */
export async function coloursAlong(page: Page, { x, y, length, down }: Line): Promise<Colour[]> {
  const clip = { x, y, width: down ? 1 : length, height: down ? length : 1 };
  const shot = sharp(await page.screenshot({ clip, scale: "device" })).removeAlpha();
  const { data, info } = await shot.raw().toBuffer({ resolveWithObject: true });
  return Array.from({ length: down ? info.height : info.width }, (_, at) => {
    const from = at * (down ? info.width : 1) * 3;
    return [data[from] ?? 0, data[from + 1] ?? 0, data[from + 2] ?? 0];
  });
}
