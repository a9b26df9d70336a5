import type { Image } from "#lib/core/detection/image.ts";
import { spreadPoints } from "#lib/imaging/spread-points.ts";
import { pyramidReader } from "./pyramid-reader.ts";

/** Colours of a page at some of its pixels, as it is shown: `[x, y, red, green, blue]`. */
export type PageSamples = { page: number; pixels: [x: number, y: number, red: number, green: number, blue: number][] };

const POINTS = 12;
/** Of a document the first pages tell enough. */
const MAX_PAGES = 3;

/**
 * Samples an image at points that its size alone decides, so that whoever has the file can compare with another program. Empty where
 * it is not ready.
 */
export async function samplePixels(image: Image): Promise<PageSamples[]> {
  const { sha256 } = image;
  if (image.state !== "ready" || sha256 === null) return [];
  const pages = Array.from({ length: Math.min(image.pages, MAX_PAGES) }, (_, page) => page);
  return Promise.all(
    pages.map(async (page) => {
      const reader = await pyramidReader({ sha256 }, page);
      const pixels: PageSamples["pixels"] = [];
      for (const [x, y] of spreadPoints(reader.width, reader.height)) {
        if (pixels.length === POINTS) break;
        const { data } = await reader.read({ x, y, width: 1, height: 1 });
        const [red = 0, green = 0, blue = 0] = data;
        pixels.push([x, y, red, green, blue]);
      }
      return { page, pixels };
    }),
  );
}
