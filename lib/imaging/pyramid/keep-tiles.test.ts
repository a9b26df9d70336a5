import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp, { type Sharp } from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { probeImage } from "../probe.ts";
import { buildPyramid } from "../pyramid.ts";
import { standaloneTile } from "./jpeg-tile.ts";
import { openPyramidFile, type Pyramid } from "./open.ts";

let folder: string;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kept-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const newPath = (): string => {
  count += 1;
  return join(folder, `${count}.tif`);
};

/** A picture that differs everywhere, smooth enough for JPEG. */
function picture(width: number, height: number) {
  const pixels = Buffer.alloc(width * height * 3);
  for (let at = 0; at < pixels.length; at += 1) {
    const [band, x, y] = [at % 3, Math.floor(at / 3) % width, Math.floor(at / 3 / width)];
    pixels[at] = 128 + 100 * Math.sin(x / (30 + 9 * band) + y / (50 - 7 * band));
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

const TILED = { tile: true, tileWidth: 512, tileHeight: 512, pyramid: true, compression: "jpeg" } as const;

/** A file of such tiles, of 4:2:0. */
async function tiled(pixels: Sharp): Promise<string> {
  const path = newPath();
  await pixels.tiff({ ...TILED, quality: 80 }).toFile(path);
  return path;
}

async function build(source: string): Promise<string> {
  const target = newPath();
  const probe = await probeImage(source, { maxPixels: 1e9 });
  await buildPyramid({ source, target, page: 0, probe });
  return target;
}

async function tileBytes(pyramid: Pyramid, level: number, x: number, y: number): Promise<Buffer> {
  const tile = pyramid.tile(level, x, y);
  if (!tile) throw new Error(`level ${level} has no tile ${x}, ${y}`);
  return tile.read();
}

/** Whether every pixel of every stored level is the source's own, as libvips decodes that. */
async function expectSamePixels(source: string, target: string, levels: number): Promise<void> {
  for (let level = 0; level < levels; level += 1) {
    const options = { page: level };
    const [theirs, ours] = await Promise.all(
      [source, target].map((path) => sharp(path, options).toColourspace("srgb").raw().toBuffer()),
    );
    expect(theirs && ours?.equals(theirs), `level ${level}`).toBe(true);
  }
}

describe("a source that is a pyramid of such tiles already", () => {
  it("keeps them, with chroma as it was stored, and is read to the pixel", async () => {
    // 4:2:0, and tables that all tiles share: what libvips and GDAL write below quality 90.
    const source = await tiled(picture(2048, 1536));
    const target = await build(source);
    await expectSamePixels(source, target, 3);
    const pyramid = await openPyramidFile(target);
    const region = { left: 300, top: 400, width: 700, height: 650 };
    const { data } = await pyramid.reader.read({ x: 300, y: 400, width: 700, height: 650 });
    expect(Buffer.from(data).equals(await sharp(source).extract(region).raw().toBuffer())).toBe(true);
    const served = await tileBytes(pyramid, 0, 1, 1);
    const cropped = sharp(source).extract({ left: 512, top: 512, width: 512, height: 512 });
    expect((await sharp(served).raw().toBuffer()).equals(await cropped.raw().toBuffer())).toBe(true);
    expect((await sharp(served).metadata()).chromaSubsampling).toBe("4:2:0");
    // The bottom of level 2 is an edge: 512 × 384.
    expect(await sharp(await tileBytes(pyramid, 2, 0, 0)).metadata()).toMatchObject({ width: 512, height: 384 });
    await pyramid.close();
  });

  it("may be one that was built here, of any size: its tiles stay what they are, byte for byte but for the mark of their colours", async () => {
    const plain = join(folder, "plain.jpg");
    await picture(1701, 1203).jpeg({ quality: 95 }).toFile(plain);
    const source = await build(plain);
    const target = await build(source);
    await expectSamePixels(source, target, 3);
    const [first, second] = await Promise.all([openPyramidFile(source), openPyramidFile(target)]);
    const tile = await tileBytes(first, 0, 1, 1);
    const kept = standaloneTile(tile, null, { width: 512, height: 512, bands: 3 });
    expect(kept && (await tileBytes(second, 0, 1, 1)).equals(kept)).toBe(true);
    expect(await sharp(await tileBytes(second, 0, 3, 2)).metadata()).toMatchObject({ width: 165, height: 179 });
    await Promise.all([first.close(), second.close()]);
  });

  it("may end with a level of a few tiles: smaller ones are made from that", async () => {
    const source = newPath();
    await picture(1300, 1100)
      .tiff({ ...TILED, pyramid: false, quality: 80 })
      .toFile(source);
    const target = await build(source);
    await expectSamePixels(source, target, 1);
    const pyramid = await openPyramidFile(target);
    expect(pyramid.reader.levels).toBe(3);
    expect((await sharp(await tileBytes(pyramid, 0, 0, 0)).metadata()).chromaSubsampling).toBe("4:2:0");
    expect(await sharp(await tileBytes(pyramid, 1, 1, 1)).metadata()).toMatchObject({ width: 138, height: 38 });
    const whole = await pyramid.reader.read({ x: 0, y: 0, width: 1300, height: 1100 }, { width: 325, height: 275 });
    const theirs = await sharp(source).resize(325, 275, { fit: "fill" }).raw().toBuffer();
    // One pixel beside, it would be eight on the average; single pixels at edges differ by as much as the kernels do.
    const apart = theirs.reduce((sum, value, at) => sum + Math.abs(value - (whole.data[at] ?? 0)), 0);
    expect(apart / theirs.length).toBeLessThan(1.5);
    await pyramid.close();
  });

  it("keeps grey tiles grey", async () => {
    const source = await tiled(picture(1024, 1024).toColourspace("b-w"));
    const target = await build(source);
    await expectSamePixels(source, target, 2);
    expect((await sharp(target).metadata()).channels).toBe(1);
  });

  it("is built anew where tiles, levels or colours are others", async () => {
    const others = [
      { ...TILED, tileWidth: 256, tileHeight: 256, quality: 80 },
      // Stored as red, green and blue.
      { ...TILED, quality: 95 },
    ];
    for (const options of others) {
      const source = newPath();
      await picture(1024, 1024).tiff(options).toFile(source);
      const pyramid = await openPyramidFile(await build(source));
      expect((await sharp(await tileBytes(pyramid, 0, 0, 0)).metadata()).chromaSubsampling).toBe("4:4:4");
      await pyramid.close();
    }
  });

  it("is built anew where the data of a tile are damaged", async () => {
    const source = await tiled(picture(1024, 1024));
    const bytes = await readFile(source);
    const scan = bytes.indexOf(Buffer.from([0xff, 0xda]));
    bytes.fill(0xff, scan + 40, scan + 400);
    await writeFile(source, bytes);
    const pyramid = await openPyramidFile(await build(source));
    expect((await sharp(await tileBytes(pyramid, 0, 1, 1)).metadata()).chromaSubsampling).toBe("4:4:4");
    await pyramid.close();
  });
});

describe("a tile that is to stand alone", () => {
  const shape = { width: 64, height: 48, bands: 3 } as const;
  const jpeg = () => picture(64, 48).jpeg({ quality: 90 });

  it("loses what is not needed to decode it, such as a name in its Exif block", async () => {
    const named = await jpeg()
      .withExif({ IFD0: { Artist: "Jane Doe" } })
      .toBuffer();
    expect(named.includes("Jane Doe")).toBe(true);
    const tile = standaloneTile(Buffer.concat([named, Buffer.from("Jane Doe")]), null, shape);
    expect(tile?.includes("Jane Doe")).toBe(false);
    expect(tile && (await sharp(tile).raw().toBuffer()).equals(await sharp(named).raw().toBuffer())).toBe(true);
  });

  it("is of one scan, in sequence, and of the size that the TIFF says", async () => {
    expect(standaloneTile(await jpeg().jpeg({ progressive: true }).toBuffer(), null, shape)).toBeNull();
    const plain = await jpeg().toBuffer();
    expect(standaloneTile(plain, null, { ...shape, width: 63 })).toBeNull();
    expect(standaloneTile(plain.subarray(0, plain.length - 2), null, shape)).toBeNull();
    expect(standaloneTile(plain.subarray(0, 90), null, shape)).toBeNull();
    expect(standaloneTile(Buffer.from("no JPEG"), null, shape)).toBeNull();
  });
});
