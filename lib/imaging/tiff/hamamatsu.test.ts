import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { probeImage } from "../probe.ts";
import { openPyramidFile } from "../pyramid/open.ts";
import { buildPyramid } from "../pyramid.ts";
import { openAppendFile } from "./append-file.ts";
import { encodeDirectories, encodeHeader, type NewField } from "./encode.ts";
import { TAG } from "./tags.ts";

/** A directory of a slide: what lens it says it was taken with, and at what depth. */
type View = { lens: number; focus?: number; width: number; height: number; colour: string };

const SLIDE: View = { lens: 40, width: 700, height: 520, colour: "#c060a0" };
const SMALLER: View = { lens: 10, width: 175, height: 130, colour: "#c060a0" };
const MACRO: View = { lens: -1, width: 300, height: 100, colour: "#00ff00" };
const MAP: View = { lens: -2, width: 90, height: 40, colour: "#0000ff" };

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ndpi-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function floatBits(value: number): number {
  const bits = Buffer.alloc(4);
  bits.writeFloatLE(value);
  return bits.readUInt32LE();
}

/** Our own writer has no floating values, and needs none: a field of four bytes is said to be one. */
function sayFloat(directories: Buffer, tag: number): void {
  const long = Buffer.alloc(4);
  long.writeUInt16LE(tag);
  long.writeUInt16LE(4, 2);
  for (let at = directories.indexOf(long); at >= 0; at = directories.indexOf(long, at + 1)) {
    directories.writeUInt16LE(11, at + 2);
  }
}

/**
 * Writes a file built as OpenSlide's notes describe a slide of less than 4 GB: each directory one strip that is one JPEG, resolutions in
 * centimetres, the lens as a number that may be negative. Its offsets are those of a BigTIFF, which we write anyway.
 */
async function writeSlide(name: string, views: readonly View[]): Promise<string> {
  const path = join(folder, name);
  const file = await openAppendFile(path, 16);
  const directories: NewField[][] = [];
  for (const { lens, focus = 0, width, height, colour } of views) {
    const side = { width: Math.min(width, 1000), height: Math.min(height, 1000) };
    const jpeg = await sharp({ create: { ...side, channels: 3, background: colour } })
      .jpeg({ quality: 90, chromaSubsampling: "4:4:4" })
      .toBuffer();
    const perCentimetre = lens > 0 ? (10_000 / 0.25) * (lens / 40) : 100;
    directories.push([
      { tag: TAG.imageWidth, type: "long", values: [width] },
      { tag: TAG.imageLength, type: "long", values: [height] },
      { tag: TAG.bitsPerSample, type: "short", values: [8, 8, 8] },
      { tag: TAG.compression, type: "short", values: [7] },
      { tag: TAG.photometric, type: "short", values: [6] },
      { tag: TAG.make, type: "ascii", values: "Hamamatsu" },
      { tag: TAG.stripOffsets, type: "long8", values: [await file.append(jpeg)] },
      { tag: TAG.samplesPerPixel, type: "short", values: [3] },
      { tag: TAG.rowsPerStrip, type: "long", values: [height] },
      { tag: TAG.stripByteCounts, type: "long8", values: [jpeg.length] },
      { tag: TAG.xResolution, type: "rational", values: [perCentimetre] },
      { tag: TAG.yResolution, type: "rational", values: [perCentimetre] },
      { tag: TAG.resolutionUnit, type: "short", values: [3] },
      { tag: TAG.yCbCrSubsampling, type: "short", values: [1, 1] },
      { tag: TAG.ndpiMark, type: "long", values: [1] },
      { tag: TAG.ndpiLens, type: "long", values: [floatBits(lens)] },
      { tag: TAG.ndpiFocus, type: "long", values: [focus] },
      { tag: TAG.ndpiReference, type: "ascii", values: "S-2019-1234" },
      { tag: TAG.ndpiBarcode, type: "ascii", values: "S-2019-1234-A1" },
    ]);
  }
  const { bytes, first } = encodeDirectories(directories, file.size);
  sayFloat(bytes, TAG.ndpiLens);
  await file.append(bytes);
  await file.header(encodeHeader(first));
  await file.close();
  return path;
}

describe("a Hamamatsu slide", () => {
  it("is one page with scale and magnification; what is beside the slide is dropped by name", async () => {
    const path = await writeSlide("slide.ndpi", [SLIDE, SMALLER, { ...SLIDE, focus: 2000 }, MACRO, MAP]);
    expect(await probeImage(path, { maxPixels: 1e9 })).toEqual({
      format: "tiff",
      pages: [{ width: 700, height: 520 }],
      scale: { micronsPerPixel: expect.closeTo(0.25, 6) },
      magnification: 40,
      dropped: ["Reference", "Barcode", "macro", "map"],
    });
  });

  it("shows the slide and never the photograph of its glass, wherever that stands", async () => {
    const source = await writeSlide("order.ndpi", [MACRO, SMALLER, SLIDE]);
    const probe = await probeImage(source, { maxPixels: 1e9 });
    expect(probe.pages).toEqual([{ width: 700, height: 520 }]);
    const target = join(folder, "order.tif");
    await buildPyramid({ source, target, page: 0, probe });
    const pyramid = await openPyramidFile(target);
    const { data } = await pyramid.reader.read({ x: 690, y: 510, width: 1, height: 1 });
    await pyramid.close();
    const [red = 0, green = 0, blue = 0] = data;
    expect(Math.max(Math.abs(red - 0xc0), Math.abs(green - 0x60), Math.abs(blue - 0xa0))).toBeLessThan(4);
  });

  it("that decoders cannot read is refused with what would help", async () => {
    const wide = await writeSlide("wide.ndpi", [{ ...SLIDE, width: 70_000 }]);
    await expect(probeImage(wide, { maxPixels: 1e12 })).rejects.toMatchObject({
      code: "unsupported-image",
      message: expect.stringContaining("one JPEG of 70000 × 520 pixels"),
      remedy: expect.stringContaining("vips tiffsave"),
    });
    const large = await writeSlide("large.ndpi", [SLIDE]);
    // Sparse: it takes no space.
    await truncate(large, 2 ** 32);
    await expect(probeImage(large, { maxPixels: 1e12 })).rejects.toMatchObject({
      code: "unsupported-image",
      message: expect.stringContaining("more than 4 GB"),
    });
    // One whose directory lies beyond what a TIFF of 32 bits can say.
    const lost = join(folder, "lost.ndpi");
    await writeFile(lost, Buffer.from("II*\0\0\0\0\0\u0001\0\0\0", "latin1"));
    await truncate(lost, 2 ** 32 + 64);
    await expect(probeImage(lost, { maxPixels: 1e12 })).rejects.toMatchObject({
      code: "unsupported-image",
      remedy: expect.stringContaining("if it is a Hamamatsu slide"),
    });
  });

  it("that holds no view of the slide is refused", async () => {
    const path = await writeSlide("beside.ndpi", [MACRO, MAP]);
    await expect(probeImage(path, { maxPixels: 1e9 })).rejects.toMatchObject({ code: "unsupported-image" });
  });
});
