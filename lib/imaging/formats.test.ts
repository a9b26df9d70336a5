import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
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

type TiffField = [tag: number, type: number, count: number, value: number];

/** A TIFF of one strip around a stream of another format, in three bands of 8 bits. */
function tiffAround(stream: Buffer, strip: { at: number; bytes: number }, more: readonly TiffField[]): Buffer {
  const [bits, directoryAt] = [8 + stream.length, 8 + stream.length + 6];
  const fields: TiffField[] = [
    [256, 4, 1, WIDTH],
    [257, 4, 1, HEIGHT],
    [258, 3, 3, bits],
    [273, 4, 1, strip.at],
    [277, 3, 1, 3],
    [278, 4, 1, HEIGHT],
    [279, 4, 1, strip.bytes],
    ...more,
  ];
  fields.sort(([a], [b]) => a - b);
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
  return Buffer.concat([header, stream, Buffer.from("080008000800", "hex"), directory]);
}

/** A TIFF around a whole JPEG stream, as TIFF 6.0 said in section 22. */
function oldStyleTiff(jpeg: Buffer): Buffer {
  const at = 8 + jpeg.indexOf(Buffer.from("ffda", "hex"));
  return tiffAround(jpeg, { at, bytes: 8 + jpeg.length - at }, [
    [259, 3, 1, 6],
    [262, 3, 1, 6],
    [512, 3, 1, 1],
    [513, 4, 1, 8],
    [514, 4, 1, jpeg.length],
    [530, 3, 2, 0x00010001],
  ]);
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

  it("reads JPEG 2000 in TIFF, as scanners of slides write it", async () => {
    const stream = await readFile(fixture("rgb.j2k"));
    const around = (compression: number, width = WIDTH): Buffer => {
      const tiff = tiffAround(stream, { at: 8, bytes: stream.length }, [
        [259, 3, 1, compression],
        [262, 3, 1, 2],
      ]);
      tiff.writeUInt32LE(width, 8 + stream.length + 6 + 2 + 8);
      return tiff;
    };
    for (const compression of [33005, 34712]) {
      const { full, overview } = await seen(await written(around(compression)));
      for (const shown of [full, overview]) {
        expect(Buffer.compare(Buffer.from(shown.data), pattern())).toBe(0);
      }
    }
    // The same samples, taken for luma and chroma.
    const { full } = await seen(await written(around(33003)));
    const [luma = 0, blue = 0, red = 0] = pattern().subarray(0, 3);
    const limited = (value: number): number => Math.round(Math.min(255, Math.max(0, value)));
    expect(pixel(full, 0, 0)).toEqual([
      limited(luma + 1.402 * (red - 128)),
      limited(luma - 0.344136 * (blue - 128) - 0.714136 * (red - 128)),
      limited(luma + 1.772 * (blue - 128)),
    ]);
    // A codestream of another size than the file says is not decoded.
    const wrong = await written(around(33005, 32));
    const probe = await probeImage(wrong, { maxPixels: 1e9 });
    await expect(readOverview(wrong, probe, { maxSide: 64 })).rejects.toThrow(/not of the size/);
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
