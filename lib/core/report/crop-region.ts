import type { BoxNumbers } from "../geometry/shape.ts";
import type { PictureRegion } from "./report-document.ts";

/** Context around a finding, as a part of its longer side, and the least side of a crop in level-0 pixels. */
const CONTEXT = 0.4;
const LEAST_SIDE = 48;

/** The square around a finding with some of what is beside it, kept within its page, in whole pixels. */
export function cropRegion(
  [x, y, width, height]: BoxNumbers,
  page: { index: number; width: number; height: number },
): PictureRegion {
  const side = Math.ceil(Math.max(LEAST_SIDE, Math.max(width, height) * (1 + 2 * CONTEXT)));
  const [cropWidth, cropHeight] = [Math.min(side, page.width), Math.min(side, page.height)];
  const within = (start: number, length: number, whole: number): number => {
    return Math.min(Math.max(0, Math.round(start)), whole - length);
  };
  return {
    page: page.index,
    x: within(x + width / 2 - cropWidth / 2, cropWidth, page.width),
    y: within(y + height / 2 - cropHeight / 2, cropHeight, page.height),
    width: cropWidth,
    height: cropHeight,
  };
}
