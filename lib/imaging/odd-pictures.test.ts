import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { projectRoot } from "#lib/config/paths.ts";
import { readOverview } from "./overview.ts";
import { probeImage } from "./probe.ts";
import { buildPyramid } from "./pyramid.ts";
import { openPyramid } from "./pyramid-cache.ts";
import type { RgbPixels } from "./types.ts";

let folder: string;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "odd-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const fixture = (name: string): string => join(import.meta.dirname, "fixtures", name);

async function written(content: Buffer): Promise<string> {
  count += 1;
  const path = join(folder, String(count));
  await writeFile(path, content);
  return path;
}

/** The picture as its overview and as its pyramid show it. */
async function seen(source: string): Promise<{ overview: RgbPixels; full: RgbPixels; mediaType: string | undefined }> {
  const probe = await probeImage(source, { maxPixels: 1e9 });
  const overview = await readOverview(source, probe, { maxSide: 1024 });
  count += 1;
  const target = join(folder, `${count}.pyramid.tif`);
  await buildPyramid({ source, target, page: 0, probe });
  const pyramid = await openPyramid(target);
  const full = await pyramid.reader.read({ x: 0, y: 0, width: pyramid.reader.width, height: pyramid.reader.height });
  return { overview, full, mediaType: pyramid.tile(0, 0, 0)?.mediaType };
}

function pixel({ data, width }: RgbPixels, x: number, y: number): number[] {
  return [...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)];
}

function expectNear(actual: number[], wanted: number[], within: number): void {
  expect(
    Math.max(...actual.map((value, band) => Math.abs(value - (wanted[band] ?? 0)))),
    `${actual} for ${wanted}`,
  ).toBeLessThanOrEqual(within);
}

/** A TIFF as small as can be: one strip, uncompressed, of one band. `put` writes 16- and 32-bit numbers in the byte order. */
function handmadeTiff(options: {
  bigEndian: boolean;
  bits: number;
  format: number;
  width: number;
  pixels: Buffer;
}): Buffer {
  const { bigEndian, bits, format, width, pixels } = options;
  const fields: [tag: number, value: number][] = [
    [256, width],
    [257, pixels.length / (bits / 8) / width],
    [258, bits],
    [259, 1],
    [262, 1],
    [273, 8],
    [277, 1],
    [278, 65_535],
    [279, pixels.length],
    [339, format],
  ];
  const directory = Buffer.alloc(2 + fields.length * 12 + 4);
  const u16 = (value: number, at: number) =>
    bigEndian ? directory.writeUInt16BE(value, at) : directory.writeUInt16LE(value, at);
  const u32 = (value: number, at: number) =>
    bigEndian ? directory.writeUInt32BE(value, at) : directory.writeUInt32LE(value, at);
  u16(fields.length, 0);
  for (const [index, [tag, value]] of fields.entries()) {
    u16(tag, 2 + index * 12);
    u16(4, 4 + index * 12);
    u32(1, 6 + index * 12);
    u32(value, 10 + index * 12);
  }
  const header = Buffer.from(bigEndian ? "4d4d002a00000000" : "49492a0000000000", "hex");
  if (bigEndian) header.writeUInt32BE(8 + pixels.length, 4);
  else header.writeUInt32LE(8 + pixels.length, 4);
  return Buffer.concat([header, pixels, directory]);
}

describe("odd pictures become plain ones", () => {
  it("stretches 16 bits of grey from the 2nd to the 98th percentile, in either byte order", async () => {
    for (const bigEndian of [false, true]) {
      const pixels = Buffer.alloc(100 * 100 * 2);
      for (let index = 0; index < 10_000; index += 1) {
        const value = 1000 + Math.floor(index / 10);
        if (bigEndian) pixels.writeUInt16BE(value, index * 2);
        else pixels.writeUInt16LE(value, index * 2);
      }
      const { overview, full, mediaType } = await seen(
        await written(handmadeTiff({ bigEndian, bits: 16, format: 1, width: 100, pixels })),
      );
      expect(mediaType).toBe("image/webp");
      for (const picture of [overview, full]) {
        expect(pixel(picture, 0, 1)).toEqual([0, 0, 0]);
        expect(pixel(picture, 99, 98)).toEqual([255, 255, 255]);
        expectNear(pixel(picture, 50, 50), [129, 129, 129], 1);
      }
    }
  });

  it("takes a 16-bit grey PNG for the same, and a 16-bit colour PNG as it stands", async () => {
    const grey = Uint16Array.from({ length: 100 * 100 }, (_, index) => 1000 + Math.floor(index / 10));
    const raw = sharp(grey, { raw: { width: 100, height: 100, channels: 1 } }).toColourspace("grey16");
    const greyPng = await seen(await written(await raw.png().toBuffer()));
    for (const picture of [greyPng.overview, greyPng.full]) expectNear(pixel(picture, 50, 50), [129, 129, 129], 1);
    const colour = Uint16Array.from({ length: 30 * 30 * 3 }, (_, index) => [0x2000, 0x8000, 0xff00][index % 3] ?? 0);
    const colourPng = sharp(colour, { raw: { width: 30, height: 30, channels: 3 } })
      .toColourspace("rgb16")
      .png();
    const { overview, full } = await seen(await written(await colourPng.toBuffer()));
    for (const picture of [overview, full]) expectNear(pixel(picture, 9, 9), [0x20, 0x80, 0xff], 1);
  });

  it("shows float rasters without their missing data", async () => {
    const { full } = await seen(fixture("float-raster-with-nodata.tif"));
    const levels = new Set(full.data);
    expect(levels.has(0) && levels.has(255)).toBe(true);
    const values = [Number.NaN, -5, 0, 5, 10, Number.POSITIVE_INFINITY];
    const pixels = Buffer.alloc(600 * 4);
    for (let index = 0; index < 600; index += 1) pixels.writeFloatLE(values[index % 6] ?? 0, index * 4);
    const own = await seen(await written(handmadeTiff({ bigEndian: false, bits: 32, format: 3, width: 6, pixels })));
    expect([0, 1, 2, 3, 4, 5].map((x) => pixel(own.full, x, 3)[0])).toEqual([0, 0, 85, 170, 255, 0]);
  });

  it.each(["masked-rgb.tif", "masked-jpeg.tif", "masked-bands.tif"])(
    "blackens what a mask hides, in %s",
    async (name) => {
      const { overview, full } = await seen(fixture(name));
      for (const picture of [overview, full]) {
        // The mask is a disc of 20 pixels around 30, 22.
        for (const y of [2, 43]) expectNear(pixel(picture, 60, y), [0, 0, 0], 2);
        expect(Math.max(...pixel(picture, 30, 22))).toBeGreaterThan(50);
      }
    },
  );

  it("lays transparent pixels on white, also where alpha has 16 bits", async () => {
    const rgba = Buffer.alloc(40 * 40 * 4);
    for (let index = 0; index < 1600; index += 1) rgba.set([200, 0, 0, index % 40 < 20 ? 255 : 0], index * 4);
    const png = await sharp(rgba, { raw: { width: 40, height: 40, channels: 4 } })
      .png()
      .toBuffer();
    const { overview, full } = await seen(await written(png));
    for (const picture of [overview, full]) {
      expect(pixel(picture, 5, 5)).toEqual([200, 0, 0]);
      expect(pixel(picture, 35, 5)).toEqual([255, 255, 255]);
    }
    const deep = await seen(fixture("rgba.uint16.tif"));
    expect(pixel(deep.full, 0, 0)).toEqual([255, 255, 255]);
    expect(pixel(deep.full, 317, 205)).not.toEqual([255, 255, 255]);
  });

  it("turns CMYK to sRGB", async () => {
    const magenta = sharp({ create: { width: 64, height: 64, channels: 3, background: "#e6007e" } });
    const { overview, full } = await seen(await written(await magenta.toColourspace("cmyk").jpeg().toBuffer()));
    for (const picture of [overview, full]) {
      const [red = 0, green = 0, blue = 0] = pixel(picture, 30, 30);
      expect(red > 180 && green < 80 && blue > 70 && blue < 180, `${red} ${green} ${blue}`).toBe(true);
    }
    expect(pixel((await seen(fixture("cmyk-alpha.tiff"))).full, 0, 0)).toEqual([255, 255, 255]);
  });

  it("keeps line art sharp: palette and one bit, without loss", async () => {
    const source = join(projectRoot(), "samples", "phototest.tif");
    const { full, mediaType } = await seen(source);
    expect(mediaType).toBe("image/webp");
    expect(full.data).toEqual(await sharp(source).toColourspace("srgb").raw().toBuffer());
    expect(new Set(full.data)).toEqual(new Set([0, 255]));
    const fax = await sharp(source).toColourspace("b-w").tiff({ compression: "ccittfax4", bitdepth: 1 }).toBuffer();
    expect((await seen(await written(fax))).full.data).toEqual(full.data);

    const blocks = Buffer.alloc(64 * 64 * 3, 10);
    blocks.fill(250, 0, 64 * 32 * 3);
    const palette = await sharp(blocks, { raw: { width: 64, height: 64, channels: 3 } })
      .png({ palette: true })
      .toBuffer();
    expect((await seen(await written(palette))).full.data).toEqual(blocks);
  });

  it("puts photographs upright", async () => {
    const pixels = Buffer.alloc(80 * 40 * 3);
    for (let index = 0; index < 80 * 40; index += 1) if (index % 80 < 40) pixels[index * 3] = 255;
    const lying = sharp(pixels, { raw: { width: 80, height: 40, channels: 3 } });
    const jpeg = await lying.jpeg({ quality: 100 }).withMetadata({ orientation: 6 }).toBuffer();
    const { overview, full } = await seen(await written(jpeg));
    for (const picture of [overview, full]) {
      expect(picture).toMatchObject({ width: 40, height: 80 });
      expectNear(pixel(picture, 20, 10), [255, 0, 0], 3);
      expectNear(pixel(picture, 20, 70), [0, 0, 0], 3);
    }
  });

  it("refuses tiles whose height the file leaves out", async () => {
    const pixels = Buffer.alloc(64 * 64 * 2, 7);
    const bytes = handmadeTiff({ bigEndian: false, bits: 16, format: 1, width: 64, pixels });
    const asTiles = new Map([
      [273, 324],
      [278, 322],
      [279, 325],
    ]);
    for (let field = 8 + pixels.length + 2; field + 12 < bytes.length; field += 12) {
      const tag = bytes.readUInt16LE(field);
      bytes.writeUInt16LE(asTiles.get(tag) ?? tag, field);
      if (tag === 278) bytes.writeUInt32LE(64, field + 8);
    }
    await expect(seen(await written(bytes))).rejects.toMatchObject({ isCallersFault: true });
  });

  it("reads the overview of a stored pyramid from its small levels", async () => {
    const source = join(folder, "stored-pyramid.tif");
    const picture = sharp({ create: { width: 3000, height: 2000, channels: 3, background: "#336699" } });
    await picture.tiff({ tile: true, pyramid: true, compression: "deflate" }).toFile(source);
    const probe = await probeImage(source, { maxPixels: 1e9 });
    const overview = await readOverview(source, probe, { maxSide: 300 });
    expect(overview).toMatchObject({ width: 300, height: 200 });
    expect(pixel(overview, 150, 100)).toEqual([0x33, 0x66, 0x99]);
  });
});
