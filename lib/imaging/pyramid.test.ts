import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { fromFile } from "geotiff";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { projectRoot } from "#lib/config/paths.ts";
import { pyramidLevels } from "#lib/core/tiling/pyramid-levels.ts";
import { probeImage } from "./probe.ts";
import { openPyramidFile, type Pyramid } from "./pyramid/open.ts";
import { buildPyramid } from "./pyramid.ts";
import { openPyramid } from "./pyramid-cache.ts";
import { makeThumbnail } from "./thumbnail.ts";

let folder: string;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pyramid-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const newPath = (suffix: string): string => {
  count += 1;
  return join(folder, `${count}${suffix}`);
};

async function build(source: string): Promise<{ path: string; width: number; height: number; levels: number }> {
  const path = newPath(".pyramid.tif");
  const probe = await probeImage(source, { maxPixels: 1e9 });
  return { path, ...(await buildPyramid({ source, target: path, page: 0, probe })) };
}

/** A picture that differs everywhere, smooth enough for JPEG. */
function pattern(width: number, height: number): Buffer {
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * 3;
      pixels[at] = 128 + 100 * Math.sin(x / 37);
      pixels[at + 1] = 128 + 100 * Math.cos(y / 23);
      pixels[at + 2] = (x + y) % 256;
    }
  }
  return pixels;
}

async function patternFile(width: number, height: number, format: "png" | "jpeg"): Promise<string> {
  const path = newPath(`.${format}`);
  const picture = sharp(pattern(width, height), { raw: { width, height, channels: 3 } });
  await (format === "png" ? picture.png() : picture.jpeg({ quality: 95, chromaSubsampling: "4:4:4" })).toFile(path);
  return path;
}

/** Half of a picture by the mean of 2 × 2 pixels; at odd edges the last ones count twice. */
function halve(pixels: Buffer, width: number, height: number): Buffer {
  const [w, h] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  const half = Buffer.alloc(w * h * 3);
  const at = (x: number, y: number, band: number): number =>
    pixels[(Math.min(y, height - 1) * width + Math.min(x, width - 1)) * 3 + band] ?? 0;
  for (let y = 0; y < h; y += 1) {
    for (let x = 0; x < w; x += 1) {
      for (let band = 0; band < 3; band += 1) {
        const [left, top] = [x * 2, y * 2];
        const sum =
          at(left, top, band) + at(left + 1, top, band) + at(left, top + 1, band) + at(left + 1, top + 1, band);
        half[(y * w + x) * 3 + band] = Math.round(sum / 4);
      }
    }
  }
  return half;
}

function largestDifference(a: Uint8Array, b: Uint8Array): number {
  expect(a.length).toBe(b.length);
  let largest = 0;
  for (const [index, value] of a.entries()) largest = Math.max(largest, Math.abs(value - (b[index] ?? 0)));
  return largest;
}

const whole = ({ reader }: Pyramid) => ({ x: 0, y: 0, width: reader.width, height: reader.height });

describe("a pyramid", () => {
  const sizes: [number, number][] = [
    [1301, 901],
    [2561, 515],
    [1024, 512],
    [513, 1],
    [10, 15],
    [512, 512],
  ];
  it.each(sizes)(
    "of %i × %i has the levels and tiles of the contract, also for other programs",
    async (width, height) => {
      const built = await build(await patternFile(width, height, "jpeg"));
      const levels = pyramidLevels(width, height);
      expect(built).toMatchObject({ width, height, levels: levels.length });
      const pyramid = await openPyramidFile(built.path);
      for (const [number, level] of levels.entries()) {
        const columns = Math.ceil(level.width / 512);
        const rows = Math.ceil(level.height / 512);
        for (let y = 0; y < rows; y += 1) {
          for (let x = 0; x < columns; x += 1) {
            const bytes = await pyramid.tile(number, x, y)?.read();
            expect(bytes).toHaveLength(pyramid.tile(number, x, y)?.byteLength ?? -1);
            const { width: w, height: h, format } = await sharp(bytes).metadata();
            expect({ w, h, format }).toEqual({
              w: Math.min(512, level.width - x * 512),
              h: Math.min(512, level.height - y * 512),
              format: "jpeg",
            });
          }
        }
        expect(pyramid.tile(number, columns, 0)).toBeNull();
        expect(pyramid.tile(number, 0, rows)).toBeNull();
        const seen = await sharp(built.path, { page: number }).metadata();
        expect({ width: seen.width, height: seen.height }).toEqual(level);
      }
      expect(pyramid.tile(levels.length, 0, 0)).toBeNull();
      const other = await fromFile(built.path);
      expect(await other.getImageCount()).toBe(levels.length);
      await other.close();
      await pyramid.close();
    },
  );

  it("is exact to the pixel where the source came without loss, at every level", async () => {
    const [width, height] = [1301, 901];
    const built = await build(await patternFile(width, height, "png"));
    const pyramid = await openPyramidFile(built.path);
    let expected = { pixels: pattern(width, height), width, height };
    expect((await pyramid.reader.read(whole(pyramid))).data).toEqual(expected.pixels);
    for (const [number, level] of pyramidLevels(width, height).entries()) {
      const seen = await sharp(built.path, { page: number }).raw().toBuffer();
      expect(largestDifference(seen, expected.pixels)).toBeLessThanOrEqual(number);
      expected = {
        pixels: halve(expected.pixels, level.width, level.height),
        width: level.width,
        height: level.height,
      };
    }
    await pyramid.close();
  });

  it("reads any region as libvips reads it from the same file, many at once", async () => {
    const built = await build(await patternFile(1301, 901, "jpeg"));
    const { reader } = await openPyramid(built.path);
    const region = fc.tuple(fc.integer({ min: 0, max: 1300 }), fc.integer({ min: 0, max: 900 })).chain(([x, y]) =>
      fc.record({
        x: fc.constant(x),
        y: fc.constant(y),
        width: fc.integer({ min: 1, max: 1301 - x }),
        height: fc.integer({ min: 1, max: 901 - y }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(region, { minLength: 1, maxLength: 6 }), async (regions) => {
        const read = await Promise.all(regions.map((wanted) => reader.read(wanted)));
        for (const [index, { x: left, y: top, width, height }] of regions.entries()) {
          const seen = await sharp(built.path).extract({ left, top, width, height }).raw().toBuffer();
          expect(read[index]).toMatchObject({ width, height });
          expect(Buffer.compare(Buffer.from(read[index]?.data ?? []), seen)).toBe(0);
        }
      }),
      { numRuns: 15 },
    );
  });

  it("scales a region as a whole picture would be scaled, from the nearest finer level", async () => {
    const source = await patternFile(1301, 901, "png");
    const { reader } = await openPyramid((await build(source)).path);
    for (const [region, output] of [
      [
        { x: 101, y: 77, width: 1000, height: 800 },
        { width: 250, height: 200 },
      ],
      [
        { x: 3, y: 5, width: 640, height: 480 },
        { width: 320, height: 240 },
      ],
      [
        { x: 0, y: 0, width: 1301, height: 901 },
        { width: 400, height: 277 },
      ],
    ] as const) {
      const read = await reader.read(region, output);
      const { x: left, y: top, width, height } = region;
      const expected = await sharp(source)
        .extract({ left, top, width, height })
        .resize(output.width, output.height, { fit: "fill" })
        .raw()
        .toBuffer();
      // Means, as the blue band jumps from 255 to 0 and rings there.
      const mean = (band: number): number => {
        let sum = 0;
        for (let at = band; at < expected.length; at += 3) sum += Math.abs((expected[at] ?? 0) - (read.data[at] ?? 0));
        return sum / (expected.length / 3);
      };
      expect(mean(0)).toBeLessThan(3);
      expect(mean(1)).toBeLessThan(4);
    }
  });

  it("refuses regions outside and sizes that are none", async () => {
    const { reader } = await openPyramid((await build(await patternFile(300, 200, "jpeg"))).path);
    const region = { x: 0, y: 0, width: 300, height: 200 };
    for (const wrong of [
      { ...region, x: 1 },
      { ...region, y: -1 },
      { ...region, width: 0 },
      { ...region, height: Number.NaN },
    ]) {
      await expect(reader.read(wrong)).rejects.toMatchObject({ code: "bad-input" });
    }
    for (const output of [
      { width: 0, height: 5 },
      { width: 1.5, height: 1 },
      { width: 100_000, height: 100_000 },
    ]) {
      await expect(reader.read(region, output)).rejects.toMatchObject({ code: "bad-input" });
    }
    await expect(reader.read(region, undefined, AbortSignal.abort(new Error("no more")))).rejects.toThrow("no more");
  });

  it("has strong tags: equal for equal bytes only", async () => {
    const source = await patternFile(700, 500, "jpeg");
    const [first, second] = await Promise.all([build(source), build(source)]);
    const tags = async (path: string): Promise<string[]> => {
      const { tile } = await openPyramid(path);
      return [tile(0, 0, 0), tile(0, 1, 0), tile(1, 0, 0)].map((found) => found?.etag ?? "none");
    };
    expect(await tags(second.path)).toEqual(await tags(first.path));
    const other = await build(await patternFile(700, 501, "jpeg"));
    expect(new Set([...(await tags(first.path)), ...(await tags(other.path))]).size).toBe(6);
    expect((await tags(first.path))[0]).toMatch(/^"[\w-]{22}-0-0-0"$/);
  });

  it("goes on reading after it was closed, and while it is", async () => {
    const pyramid = await openPyramidFile((await build(await patternFile(600, 600, "jpeg"))).path);
    const reads = Array.from({ length: 20 }, (_, index) => pyramid.tile(0, index % 2, 0)?.read());
    await pyramid.close();
    expect((await Promise.all(reads)).every((bytes) => bytes !== undefined && bytes.length > 0)).toBe(true);
    await pyramid.close();
    expect(await pyramid.tile(1, 0, 0)?.read()).not.toHaveLength(0);
    await pyramid.close();
  });

  it("keeps the colours of a slide and makes its thumbnail", async () => {
    const source = join(projectRoot(), "samples", "CMU-1-Small-Region.svs");
    const built = await build(source);
    const { reader } = await openPyramid(built.path);
    const region = { left: 500, top: 1200, width: 600, height: 600 };
    const expected = await sharp(source).extract(region).raw().toBuffer();
    const read = await reader.read({ x: 500, y: 1200, width: 600, height: 600 });
    let squares = 0;
    for (const [index, value] of expected.entries()) squares += (value - (read.data[index] ?? 0)) ** 2;
    expect(10 * Math.log10(255 ** 2 / (squares / expected.length))).toBeGreaterThan(38);
    // The scale goes with the file, for other programs.
    expect(await sharp(built.path).metadata()).toMatchObject({
      resolutionUnit: "cm",
      density: expect.closeTo(50_902, -1),
    });
    expect(await sharp(await makeThumbnail(built.path)).metadata()).toMatchObject({
      format: "webp",
      width: 383,
      height: 512,
    });
  });

  it("leaves nothing but itself in its folder", async () => {
    const names = await readdir(folder);
    expect(names.filter((name) => !/^\d+(\.pyramid\.tif|\.png|\.jpeg)$/.test(name))).toEqual([]);
  });
});
