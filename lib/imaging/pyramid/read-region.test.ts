import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pyramidLevels } from "#lib/core/tiling/pyramid-levels.ts";
import type { PixelRectangle } from "../types.ts";
import { buildPyramidFile } from "./build.ts";
import { openPyramidFile, type Pyramid } from "./open.ts";

const [WIDTH, HEIGHT] = [1301, 901];
/** Regions of each source, and of each of the smaller levels. */
const REGIONS = 110;
let folder: string;
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "regions-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** No two neighbours alike, so that a region that is off by one pixel differs everywhere. */
function picture(channels: 1 | 3) {
  const data = Buffer.alloc(WIDTH * HEIGHT * channels);
  for (let at = 0; at < data.length; at += 1) data[at] = (at * 131 + ((at / (WIDTH * channels)) | 0) * 57) & 255;
  return sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels } });
}

const SOURCES = {
  "a PNG": { format: "png", write: () => picture(3).png() },
  "a grey PNG": { format: "png", write: () => picture(1).toColourspace("b-w").png() },
  "a palette": { format: "png", write: () => picture(3).png({ palette: true, colours: 32, dither: 0 }) },
  "a TIFF of LZW strips": { format: "tiff", write: () => picture(3).tiff({ compression: "lzw" }) },
  "lossless WebP": { format: "webp", write: () => picture(3).webp({ lossless: true }) },
} as const;

async function build(name: keyof typeof SOURCES): Promise<{ source: string; path: string; pyramid: Pyramid }> {
  const source = join(folder, `${name}.source`);
  count += 1;
  const path = join(folder, `${count}.tif`);
  const { format, write } = SOURCES[name];
  await write().toFile(source);
  await buildPyramidFile(
    {
      kind: "pyramid",
      source: { path: source, page: 0, width: WIDTH, height: HEIGHT, format },
      scratch: path,
      target: path,
      micronsPerPixel: null,
    },
    () => undefined,
  );
  return { source, path, pyramid: await openPyramidFile(path) };
}

/** Any region of a picture of that size; every other begins or ends at an edge, of the picture or of a tile. */
function regions(width: number, height: number): fc.Arbitrary<PixelRectangle> {
  const along = (length: number): fc.Arbitrary<[number, number]> => {
    const edge = fc.constantFrom(0, 511, 512, 513, length - 1, length).filter((at) => at <= length);
    const place = fc.oneof(edge, fc.integer({ min: 0, max: length }));
    return fc
      .tuple(place, place)
      .filter(([from, to]) => from !== to)
      .map(([from, to]) => [Math.min(from, to), Math.abs(to - from)]);
  };
  return fc.tuple(along(width), along(height)).map(([[x, w], [y, h]]) => ({ x, y, width: w, height: h }));
}

async function crop(path: string, page: number, { x: left, y: top, width, height }: PixelRectangle): Promise<Buffer> {
  return sharp(path, page > 0 ? { page } : {})
    .extract({ left, top, width, height })
    .toColourspace("srgb")
    .removeAlpha()
    .raw()
    .toBuffer();
}

describe("a region of a source without loss", () => {
  it.each(Object.keys(SOURCES) as (keyof typeof SOURCES)[])("equals libvips' own crop of %s", async (name) => {
    const { source, pyramid } = await build(name);
    await fc.assert(
      fc.asyncProperty(regions(WIDTH, HEIGHT), async (region) => {
        const read = await pyramid.reader.read(region);
        expect(read).toMatchObject({ width: region.width, height: region.height });
        expect(Buffer.compare(Buffer.from(read.data), await crop(source, 0, region))).toBe(0);
      }),
      { numRuns: REGIONS },
    );
    await pyramid.close();
  });

  it("equals libvips' crop of the level that it is read at", async () => {
    const { path, pyramid } = await build("a PNG");
    const levels = [...pyramidLevels(WIDTH, HEIGHT).entries()].slice(1);
    for (const [number, level] of levels) {
      const factor = 2 ** number;
      // Whole pixels of the level that have whole ones beneath them.
      const inner = regions(Math.floor(WIDTH / factor), Math.floor(HEIGHT / factor));
      await fc.assert(
        fc.asyncProperty(inner, async (region) => {
          const { width, height } = region;
          const source = { x: region.x * factor, y: region.y * factor, width: width * factor, height: height * factor };
          const read = await pyramid.reader.read(source, { width, height });
          expect(Buffer.compare(Buffer.from(read.data), await crop(path, number, region)), `${level.width}`).toBe(0);
        }),
        { numRuns: REGIONS },
      );
    }
    await pyramid.close();
  });
});
