import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readOverview } from "./overview.ts";
import { probeImage } from "./probe.ts";
import { openPyramidFile } from "./pyramid/open.ts";
import { buildPyramid } from "./pyramid.ts";
import type { RgbPixels } from "./types.ts";

const [WIDTH, HEIGHT] = [64, 48];
let folder: string;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "formats-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const fixture = (name: string): string => join(import.meta.dirname, "fixtures", name);

/** The picture that the fixtures of this test show: 64 × 48 pixels that differ everywhere. */
function pattern(): Buffer {
  const pixels = Buffer.alloc(WIDTH * HEIGHT * 3);
  for (let at = 0; at < WIDTH * HEIGHT; at += 1) {
    const [x, y] = [at % WIDTH, Math.floor(at / WIDTH)];
    pixels.set([x * 4, y * 5, (x * y) % 256], at * 3);
  }
  return pixels;
}

async function written(content: Buffer): Promise<string> {
  count += 1;
  const path = join(folder, String(count));
  await writeFile(path, content);
  return path;
}

async function seen(path: string, page = 0): Promise<{ format: string; overview: RgbPixels; full: RgbPixels }> {
  const probe = await probeImage(path, { maxPixels: 1e9 });
  const overview = await readOverview(path, probe, { maxSide: 1024, page });
  count += 1;
  const target = join(folder, `${count}.pyramid.tif`);
  const { width, height } = await buildPyramid({ source: path, target, page, probe });
  expect({ width, height }).toEqual(probe.pages[page]);
  const { reader, close } = await openPyramidFile(target);
  const full = await reader.read({ x: 0, y: 0, width, height });
  await close();
  return { format: probe.format, overview, full };
}

/** A TIFF around a whole JPEG stream, as TIFF 6.0 said in section 22. */
function oldStyleTiff(jpeg: Buffer): Buffer {
  const pixelsAt = 8 + jpeg.indexOf(Buffer.from("ffda", "hex"));
  const [bits, directoryAt] = [8 + jpeg.length, 8 + jpeg.length + 6];
  const fields: [tag: number, type: number, count: number, value: number][] = [
    [256, 4, 1, WIDTH],
    [257, 4, 1, HEIGHT],
    [258, 3, 3, bits],
    [259, 3, 1, 6],
    [262, 3, 1, 6],
    [273, 4, 1, pixelsAt],
    [277, 3, 1, 3],
    [278, 4, 1, HEIGHT],
    [279, 4, 1, 8 + jpeg.length - pixelsAt],
    [512, 3, 1, 1],
    [513, 4, 1, 8],
    [514, 4, 1, jpeg.length],
    [530, 3, 2, 0x00010001],
  ];
  const directory = Buffer.alloc(2 + fields.length * 12 + 4);
  directory.writeUInt16LE(fields.length, 0);
  for (const [index, [tag, type, amount, value]] of fields.entries()) {
    directory.writeUInt16LE(tag, 2 + index * 12);
    directory.writeUInt16LE(type, 4 + index * 12);
    directory.writeUInt32LE(amount, 6 + index * 12);
    directory.writeUInt32LE(value, 10 + index * 12);
  }
  const header = Buffer.from("49492a0000000000", "hex");
  header.writeUInt32LE(directoryAt, 4);
  return Buffer.concat([header, jpeg, Buffer.from("080008000800", "hex"), directory]);
}

function largestDifference(a: Uint8Array, b: Uint8Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((largest, value, at) => Math.max(largest, Math.abs(value - (b[at] ?? 0))), 0);
}

function pixel({ data, width }: RgbPixels, x: number, y: number): number[] {
  return [...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)];
}

describe("formats that libvips does not read as they stand", () => {
  const lossless: [name: string, format: string][] = [
    ["zstd.tif", "tiff"],
    ["planar-tiles.tif", "tiff"],
    ["rgb.bmp", "bmp"],
    ["rgb.j2k", "jpeg2000"],
  ];
  it.each(lossless)("reads %s to the pixel", async (name, format) => {
    const picture = await seen(fixture(name));
    expect(picture.format).toBe(format);
    for (const shown of [picture.overview, picture.full]) {
      expect(Buffer.compare(Buffer.from(shown.data), pattern())).toBe(0);
    }
  });

  it("reads a colour map by whichever decoder, and a palette BMP", async () => {
    const [tiff, bmp] = [await seen(fixture("zstd-palette.tif")), await seen(fixture("palette.bmp"))];
    expect(Buffer.compare(Buffer.from(tiff.full.data), Buffer.from(bmp.full.data))).toBe(0);
    expect(new Set(Array.from({ length: 500 }, (_, at) => String(pixel(tiff.full, at % 64, at % 48)))).size).toBe(16);
    expect(largestDifference(tiff.full.data, pattern())).toBeLessThan(110);
  });

  it("stretches JPEG 2000 of 12 bits, and knows where it lies", async () => {
    const path = fixture("twelve-bit.jp2");
    expect((await probeImage(path, { maxPixels: 1e9 })).scale).toEqual({
      crs: "EPSG:32632",
      transform: [10, 0, 500_000, 0, -10, 5_600_000],
    });
    const { full, overview } = await seen(path);
    for (const shown of [full, overview]) {
      expect(pixel(shown, 0, 0)).toEqual([0, 0, 0]);
      expect(pixel(shown, 63, 47).slice(0, 2)).toEqual([255, 255]);
      // 0, 4 … 252 from the second to the second last but one percent.
      expect(pixel(shown, 32, 24)[0]).toBeGreaterThan(120);
      expect(pixel(shown, 32, 24)[0]).toBeLessThan(136);
    }
    expect(pixel((await seen(fixture("issue-6194.j2k"))).full, 4, 4)).toHaveLength(3);
  });

  it("reads JPEG as TIFF had it first", async () => {
    const raw = sharp(pattern(), { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
    const jpeg = await raw.jpeg({ quality: 100, chromaSubsampling: "4:4:4" }).toBuffer();
    const { full, overview } = await seen(await written(oldStyleTiff(jpeg)));
    for (const shown of [full, overview]) expect(largestDifference(shown.data, pattern())).toBeLessThan(12);
  });
});

describe("pictures for the web", () => {
  it("reads AVIF, and the first frame of a GIF", async () => {
    const raw = sharp(pattern(), { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
    const avif = await seen(await written(await raw.avif({ lossless: true }).toBuffer()));
    expect(avif.format).toBe("avif");
    expect(largestDifference(avif.full.data, pattern())).toBeLessThan(40);
    const frames = Buffer.concat([Buffer.alloc(20 * 10 * 3, 200), Buffer.alloc(20 * 10 * 3, 20)]);
    const film = sharp(frames, { raw: { width: 20, height: 20, channels: 3, pageHeight: 10 } });
    const gif = await seen(await written(await film.gif().toBuffer()));
    expect(gif.format).toBe("gif");
    expect(gif.full).toMatchObject({ width: 20, height: 10 });
    expect(pixel(gif.full, 10, 5)).toEqual([200, 200, 200]);
  });
});

describe("PDF", () => {
  it("draws each page at the resolution that is asked for, upright", async () => {
    const path = fixture("plain-pages.pdf");
    const probe = await probeImage(path, { maxPixels: 1e9, pdfDpi: 100 });
    expect(probe.pages).toEqual([
      { width: 200, height: 100 },
      { width: 50, height: 100 },
    ]);
    const first = await seen(path, 0);
    expect(first.full).toMatchObject({ width: 400, height: 200 });
    expect(pixel(first.full, 10, 10)).toEqual([255, 0, 0]);
    expect(pixel(first.full, 10, 190)).toEqual([255, 255, 255]);
    const second = await seen(path, 1);
    expect(second.overview).toMatchObject({ width: 100, height: 200 });
    for (const shown of [second.overview, second.full]) {
      expect(pixel(shown, 50, 10)).toEqual([0, 0, 255]);
      expect(pixel(shown, 50, 190)).toEqual([255, 255, 255]);
    }
  });

  it("draws a page in pieces that fit together", async () => {
    const path = fixture("plain-pages.pdf");
    const probe = await probeImage(path, { maxPixels: 1e9, pdfDpi: 2400 });
    expect(probe.pages[0]).toEqual({ width: 4800, height: 2400 });
    const target = join(folder, "large-page.tif");
    await buildPyramid({ source: path, target, page: 0, probe });
    const { reader, close } = await openPyramidFile(target);
    const column = await reader.read({ x: 100, y: 0, width: 1, height: 2400 });
    await close();
    const red = Array.from({ length: 2400 }, (_, y) => pixel(column, 0, y)[1] === 0);
    expect(red.indexOf(false)).toBe(1200);
    expect(red.lastIndexOf(true)).toBe(1199);
  });

  it("says what ails a file that it cannot open", async () => {
    const path = await written(Buffer.from("%PDF-1.4\nnothing of a document"));
    await expect(probeImage(path, { maxPixels: 1e9 })).rejects.toMatchObject({ message: "the PDF is damaged" });
  });
});
