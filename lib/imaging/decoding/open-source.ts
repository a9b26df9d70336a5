import sharp, { type Sharp } from "sharp";
import { writeConverted } from "../converted/magick.ts";
import { writePdfPage } from "../documents/pdf.ts";
import { writeJpeg2000 } from "../jpeg2000/jpeg2000.ts";
import { withFileSource } from "../tiff/byte-source.ts";
import { readTiff, storedSize, type Tiff } from "../tiff/directory.ts";
import { readLayout, type StoredPage } from "../tiff/layout.ts";
import { type OmeChannel, readOmePages } from "../tiff/ome.ts";
import { readSampleLayout, type SampleLayout } from "../tiff/sample-layout.ts";
import { COMPRESSION } from "../tiff/tags.ts";
import type { Source } from "./messages.ts";
import { refusal } from "./refusal.ts";
import { isLosslessWebp } from "./webp-coding.ts";

/** A page whose values have to be stretched. */
export type Measured = { kind: "measured"; path: string; stored: StoredPage; samples: SampleLayout };

type Channel = { level: StoredPage[number]; samples: SampleLayout } & Pick<OmeChannel, "colour" | "name">;
/** A page that is made of channels, each stretched and shown in its colour. */
export type Composed = { kind: "composed"; path: string; channels: readonly [Channel, ...Channel[]] };

/** How a source is decoded: by libvips as a picture, or as measurements. */
export type OpenedSource =
  | { kind: "plain"; path: string; stored: StoredPage | null; isLossy: boolean }
  | Measured
  | Composed;

/**
 * Looks at a page. What libvips does not read is first written to `scratch` as TIFF, at about `maxSide` where that is given.
 */
export async function openSource(source: Source, scratch: string, maxSide?: number): Promise<OpenedSource> {
  const { path, format } = source;
  const written = `${scratch}.page.tif`;
  switch (format) {
    case "jpeg":
    case "avif":
      return { kind: "plain", path, stored: null, isLossy: true };
    case "webp":
      return { kind: "plain", path, stored: null, isLossy: !(await isLosslessWebp(path)) };
    case "gif":
      return { kind: "plain", path, stored: null, isLossy: false };
    case "png":
      return openPng(path, written, maxSide);
    case "pdf":
      await writePdfPage(source, written, maxSide);
      return openTiff(written, 0, scratch);
    case "bmp":
      await writeConverted(path, 0, written);
      return openTiff(written, 0, scratch);
    case "jpeg2000":
      await writeJpeg2000(path, written, maxSide);
      return openTiff(written, 0, scratch);
    default:
      return openTiff(path, source.page, scratch);
  }
}

/** Grey of 16 bits is a measurement. */
async function openPng(path: string, written: string, maxSide: number | undefined): Promise<OpenedSource> {
  const { space } = await sharp(path, { limitInputPixels: false }).metadata();
  if (space !== "grey16") return { kind: "plain", path, stored: null, isLossy: false };
  const png = sharp(path, SEQUENTIAL).toColourspace("grey16");
  const sized = maxSide === undefined ? png : png.resize(maxSide, maxSide, { ...SMALLER, kernel: "nearest" });
  await sized.flatten({ background: "#fff" }).tiff({ compression: "none", bigtiff: true }).toFile(written);
  return openTiff(written, 0, written);
}

async function openTiff(path: string, page: number, scratch: string): Promise<OpenedSource> {
  return withFileSource(path, async (bytes) => {
    const tiff = await readTiff(bytes);
    const composed = (await readOmePages(tiff))?.[page];
    if (composed) return openChannels(path, tiff, composed);
    const stored = (await readLayout(tiff)).pages[page];
    const directory = stored && tiff.directories[stored[0].directory];
    if (!directory) throw new Error(`it has no page ${page}`);
    const samples = await readSampleLayout(tiff, directory);
    if (samples.reader === "imagemagick") {
      const written = `${scratch}.converted.tif`;
      await writeConverted(path, directory.index, written);
      return openTiff(written, 0, scratch);
    }
    const isLossy = samples.compression === COMPRESSION.jpeg || samples.compression === COMPRESSION.webp;
    return samples.reader === "libvips"
      ? { kind: "plain", path, stored, isLossy }
      : { kind: "measured", path, stored, samples };
  });
}

async function openChannels(path: string, tiff: Tiff, wanted: readonly OmeChannel[]): Promise<Composed> {
  const channels: Channel[] = [];
  for (const { directory: index, colour, name } of wanted) {
    const directory = tiff.directories[index];
    if (!directory) throw new Error(`it has no directory ${index}`);
    const samples = await readSampleLayout(tiff, directory);
    const level = { directory: index, ...(await storedSize(tiff, directory)), mask: null };
    // Channels of 8 bits are intensities too, and no display values.
    channels.push({ level, colour, name, samples: { ...samples, displayMaximum: null, palette: null, bands: [0] } });
  }
  const [first, ...others] = channels;
  if (!first) throw new Error("the page has no channel");
  if (others.some(({ level }) => level.width !== first.level.width || level.height !== first.level.height)) {
    throw refusal("the channels of the OME-TIFF differ in size", "save each channel as a TIFF of its own");
  }
  return { kind: "composed", path, channels: [first, ...others] };
}

/** Never enlarge, keep the shape. */
export const SMALLER = { fit: "inside", withoutEnlargement: true } as const;
/** How libvips reads a source: from top to bottom, and damage is an error. */
export const SEQUENTIAL = { limitInputPixels: false, sequentialRead: true, failOn: "error" } as const;

/** A stream of a plain source's pixels; `directory` is the stored level where the source is a TIFF. */
export function plainPixels(path: string, directory: number | null): Sharp {
  return sharp(path, directory === null ? SEQUENTIAL : { ...SEQUENTIAL, page: directory });
}

/** Turned upright, on white, in 8 bits of grey or sRGB. */
export function upright(pixels: Sharp, isGrey: boolean): Sharp {
  return pixels
    .autoOrient()
    .flatten({ background: "#fff" })
    .toColourspace(isGrey ? "b-w" : "srgb");
}

/**
 * The smallest stored level whose longer side has at least `side` pixels, else the largest; of a page with a mask only one that has
 * its own.
 */
export function smallestSufficient(stored: StoredPage, side: number): StoredPage[number] {
  const [full] = stored;
  const isUsable = ({ mask }: StoredPage[number]): boolean => full.mask === null || mask !== null;
  return stored.findLast((level) => isUsable(level) && Math.max(level.width, level.height) >= side) ?? full;
}
