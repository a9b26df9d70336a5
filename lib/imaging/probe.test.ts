import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { projectRoot } from "#lib/config/paths.ts";
import { probeSource } from "./decoding/probe-source.ts";
import { probeImage } from "./probe.ts";

const LIMIT = { maxPixels: 20e9 };
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "probe-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const fixture = (name: string): string => join(import.meta.dirname, "fixtures", name);
const sample = (name: string): string => join(projectRoot(), "samples", name);

async function written(name: string, content: Buffer | string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const plain = (width: number, height: number) => sharp({ create: { width, height, channels: 3, background: "#456" } });

describe("probing", () => {
  it("knows a slide: size, scale, magnification, and what it drops", async () => {
    expect(await probeImage(sample("CMU-1-Small-Region.svs"), LIMIT)).toEqual({
      format: "svs",
      pages: [{ width: 2220, height: 2967 }],
      scale: { micronsPerPixel: 0.499 },
      magnification: 20,
      dropped: ["ScanScope ID", "Filename", "Date", "Time", "User", "ImageID", "label", "macro"],
    });
  });

  it("knows where a satellite picture lies", async () => {
    expect(await probeImage(sample("RGB.byte.tif"), LIMIT)).toEqual({
      format: "geotiff",
      pages: [{ width: 791, height: 718 }],
      scale: {
        crs: "EPSG:32618",
        transform: [300.0379266750948, 0, 101985, 0, -300.041782729805, 2826915],
      },
      magnification: null,
      dropped: [],
    });
    const rgba = await probeImage(fixture("rgba.uint16.tif"), LIMIT);
    expect(rgba.scale).toMatchObject({ crs: "EPSG:32612" });
  });

  it("knows a GeoTIFF whose CRS has no code by its parameters, and keeps no half of a georeference", async () => {
    expect(await probeImage(fixture("rotated.tif"), LIMIT)).toMatchObject({ format: "geotiff", scale: null });
    expect(await probeImage(fixture("float-raster-with-nodata.tif"), LIMIT)).toMatchObject({
      format: "geotiff",
      pages: [{ width: 13, height: 12 }],
      scale: { crs: expect.stringMatching(/^\+proj=laea \+lon_0=10 \+lat_0=52 .*\+units=m/) },
    });
  });

  it("counts the pages of a document, and the levels of a pyramid as one page", async () => {
    const document = await probeImage(fixture("g4-multi.tiff"), LIMIT);
    expect(document).toMatchObject({ format: "tiff", scale: null });
    expect(document.pages).toEqual(Array.from({ length: 3 }, () => ({ width: 3307, height: 4677 })));
    const pyramid = join(folder, "pyramid.tif");
    await plain(1501, 1203).tiff({ pyramid: true, tile: true }).toFile(pyramid);
    expect((await sharp(pyramid).metadata()).pages).toBeGreaterThan(2);
    expect((await probeImage(pyramid, LIMIT)).pages).toEqual([{ width: 1501, height: 1203 }]);
    expect((await probeImage(fixture("multipage-single-frame-loop.tiff"), LIMIT)).pages).toHaveLength(1);
  });

  it("takes a TIFF's resolution for a scale only where a microscope has it", async () => {
    const scaleAt = async (name: string, pixelsPerMillimetre: number) => {
      const path = join(folder, name);
      await plain(20, 20)
        .tiff({ xres: pixelsPerMillimetre, yres: pixelsPerMillimetre, resolutionUnit: "cm" })
        .toFile(path);
      return (await probeImage(path, LIMIT)).scale;
    };
    expect(await scaleAt("slide.tif", 2000)).toEqual({ micronsPerPixel: expect.closeTo(0.5, 6) });
    expect(await scaleAt("print.tif", 300 / 25.4)).toBeNull();
  });

  it("goes by content and not by name, and applies the orientation", async () => {
    const turned = await plain(60, 40).jpeg().withMetadata({ orientation: 6 }).toBuffer();
    expect(await probeImage(await written("picture.png", turned), LIMIT)).toMatchObject({
      format: "jpeg",
      pages: [{ width: 40, height: 60 }],
    });
    const turnedTiff = await plain(60, 40).tiff().withMetadata({ orientation: 6 }).toBuffer();
    expect((await probeImage(await written("turned", turnedTiff), LIMIT)).pages).toEqual([{ width: 40, height: 60 }]);
    const webp = await plain(8, 9).webp().toBuffer();
    expect(await probeImage(await written("x.jpg", webp), LIMIT)).toMatchObject({ format: "webp" });
  });

  it("names the fields of a photograph that may say who and where", async () => {
    const exif = {
      IFD0: { Artist: "A. Person", Make: "Camera" },
      IFD2: { CameraOwnerName: "A. Person" },
      IFD3: { GPSLatitudeRef: "N", GPSLatitude: "51/1 30/1 3230/100" },
    };
    const photograph = await plain(30, 30).jpeg().withExif(exif).toBuffer();
    const { dropped } = await probeImage(await written("photo", photograph), LIMIT);
    expect(dropped).toEqual(["Artist", "GPS position", "CameraOwnerName"]);
  });

  it("refuses what has more pixels than allowed, also over its pages", async () => {
    await expect(probeImage(sample("phototest.tif"), { maxPixels: 640 * 480 - 1 })).rejects.toMatchObject({
      code: "too-large",
      message: "the picture has 307200 pixels, and the limit is 307199 pixels",
    });
    await expect(probeImage(fixture("g4-multi.tiff"), { maxPixels: 40e6 })).rejects.toMatchObject({
      code: "too-large",
    });
  });

  const refusals: [name: string, content: Buffer | string | null, sentence: string][] = [
    ["empty", "", "the file is empty"],
    ["notes.txt", "nothing but words", "the file is not a picture in a format that is known here"],
    ["page.pdf", "%PDF-1.7\n", "the PDF is damaged"],
    ["drawing.svg", '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG files are not read"],
    [
      "photograph.heic",
      Buffer.from("000000186674797068656963000000006d69663168656963", "hex"),
      "HEIF files are not read",
    ],
    ["cut.jpg", Buffer.from("ffd8ffe000104a46", "hex"), "the JPEG is damaged or ends in its header"],
    ["cut.png", Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"), "the PNG is damaged or ends in its header"],
    ["cut.tif", Buffer.from("49492a00", "hex"), "the TIFF ends in its header"],
    ["loop.tif", Buffer.from("49492a0008000000000008000000", "hex"), "the picture has no pixels"],
    ["bad-badbitcount.bmp", null, "the BMP is damaged: UnsupportedBitsPerPixel"],
    ["zero-width.gif", null, "the GIF is damaged or ends in its header"],
    ["cut.j2k", Buffer.from("ff4fff510029", "hex"), "the JPEG 2000 file is damaged or ends in its header"],
    ["zero-height.tif", null, "the picture has no pixels"],
    ["pixels-beyond-end.tif", null, "the TIFF ends before its picture does"],
    ["old-style-jpeg.tif", null, "the TIFF does not say how long its pixels are"],
    ["directory-beyond-end.tif", null, "the TIFF has a directory outside the file"],
  ];
  it.each(refusals)("refuses %s in one sentence", async (name, content, sentence) => {
    const path = content === null ? fixture(name) : await written(name, content);
    await expect(probeImage(path, LIMIT)).rejects.toMatchObject({ code: "unsupported-image", message: sentence });
  });

  it("refuses what would unpack to a gigapixel of nearly nothing", async () => {
    const empty = await plain(16, 16).png({ palette: true }).toBuffer();
    const declared = Buffer.from(empty);
    declared.writeUInt32BE(65_536, 16);
    declared.writeUInt32BE(65_536, 20);
    declared.writeUInt32BE(crc32(declared.subarray(12, 29)), 29);
    await expect(probeImage(await written("bomb", declared), LIMIT)).rejects.toMatchObject({
      code: "too-large",
      message: "the file of 1 kB would unpack to 4,295 megapixels of nearly nothing",
    });
  });

  it("refuses a file of more pages than are worked through", async () => {
    const directory = Buffer.alloc(18);
    const chain = Array.from({ length: 4097 }, (_, index) => {
      const next = Buffer.from(directory);
      next.writeUInt16LE(1, 0);
      next.writeUInt16LE(254, 2);
      next.writeUInt16LE(4, 4);
      next.writeUInt32LE(1, 6);
      next.writeUInt32LE(8 + (index + 1) * 18, 14);
      return next;
    });
    const path = await written("many.tif", Buffer.concat([Buffer.from("49492a0008000000", "hex"), ...chain]));
    await expect(probeImage(path, LIMIT)).rejects.toMatchObject({ message: "the TIFF has more than 4096 directories" });
  });

  it("survives any damage to a header: it refuses or reads, and never anything else", async () => {
    const whole = await readFile(fixture("float-raster-with-nodata.tif"));
    for (let at = 0; at < whole.length; at += 7) {
      const damaged = Buffer.from(whole);
      damaged.writeUInt8(0xff, at);
      const path = await written("damaged.tif", damaged.subarray(0, whole.length - (at % 5) * 100));
      const outcome = await probeSource({ path, pdfDpi: 200 }).then(
        () => "read",
        (error: unknown) => (error instanceof Error && "code" in error ? error.code : error),
      );
      expect(["read", "unsupported-image", "too-large"]).toContain(outcome);
    }
  });
});
