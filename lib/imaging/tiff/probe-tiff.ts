import sharp from "sharp";
import { refusal } from "../decoding/refusal.ts";
import { personalFields } from "../personal-fields.ts";
import type { ImageProbe } from "../types.ts";
import { parseAperio } from "./aperio.ts";
import { withFileSource } from "./byte-source.ts";
import { BrokenTiff, type Directory, number, numbers, readTiff, storedSize, type Tiff, text } from "./directory.ts";
import { isGeoreferenced, readGeoreference } from "./geo.ts";
import { isHamamatsu, readHamamatsu, remedyBySize } from "./hamamatsu.ts";
import { isAperio, readLayout } from "./layout.ts";
import { isOme, readOmePages } from "./ome.ts";
import { readMicronsPerPixel } from "./physical-scale.ts";
import { readSampleLayout } from "./sample-layout.ts";
import { TAG } from "./tags.ts";

const COMPRESSION_NAMES: Readonly<Record<number, string>> = {
  4: "CCITT Group 4",
  5: "LZW",
  33003: "JPEG 2000",
  33005: "JPEG 2000",
  34712: "JPEG 2000",
  34925: "LZMA",
  50000: "Zstandard",
  50001: "WebP",
  50002: "JPEG XL",
};

/** Probes a TIFF, SVS or GeoTIFF. Throws `unsupported-image` in one sentence. */
export async function probeTiff(path: string): Promise<ImageProbe> {
  return withFileSource(path, async (source) => {
    const tiff = await readTiff(source).catch((error: unknown) => {
      throw error instanceof BrokenTiff ? refusal(`the TIFF ${error.message}`, remedyBySize(source.size)) : error;
    });
    const layout = await readLayout(tiff);
    const first = tiff.directories[0];
    const full = tiff.directories[layout.pages[0]?.[0].directory ?? -1];
    if (!first || !full) throw refusal("the TIFF holds no picture");
    // Before anything reads its pixels: it says what would help.
    const hamamatsu = isHamamatsu(tiff) ? await readHamamatsu(tiff, full) : null;
    const composed = await readOmePages(tiff);
    const shown = composed?.flat().map((channel) => channel.directory) ?? layout.pages.map(([full]) => full.directory);
    const sizeOf = new Map<number, ImageProbe["pages"][number]>();
    for (const index of shown) {
      const directory = tiff.directories[index];
      if (!directory) continue;
      const stored = await storedSize(tiff, directory);
      // Channels are shown as they are stored.
      const size = composed ? stored : await turnedSize(tiff, directory, stored);
      if (size.width < 1 || size.height < 1) throw refusal("the picture has no pixels");
      await assertReadable(path, tiff, directory);
      sizeOf.set(index, size);
    }
    const sizes = (composed?.map(([channel]) => channel?.directory) ?? shown).flatMap((index) => {
      const size = index === undefined ? undefined : sizeOf.get(index);
      return size ? [size] : [];
    });

    const description = await text(tiff, first, TAG.imageDescription);
    const personal = await personalFields(tiff, first);
    if (isAperio(description)) {
      const aperio = parseAperio(description);
      return {
        format: "svs",
        pages: sizes,
        scale: aperio.micronsPerPixel === null ? null : { micronsPerPixel: aperio.micronsPerPixel },
        magnification: aperio.magnification,
        dropped: [...new Set([...aperio.dropped, ...personal, ...layout.associated])],
      };
    }
    if (isGeoreferenced(first)) {
      const scale = await readGeoreference(tiff, first);
      return { format: "geotiff", pages: sizes, scale, magnification: null, dropped: personal };
    }
    const microns = await readMicronsPerPixel(tiff, full);
    const scale = microns === null ? null : { micronsPerPixel: microns };
    if (hamamatsu) {
      const dropped = [...new Set([...hamamatsu.dropped, ...personal, ...layout.associated])];
      return { format: "tiff", pages: sizes, scale, magnification: hamamatsu.magnification, dropped };
    }
    const format = isOme(description) ? "ome-tiff" : "tiff";
    return { format, pages: sizes, scale, magnification: null, dropped: personal };
  });
}

/** Orientations 5 to 8 show rows as columns. */
async function turnedSize(
  tiff: Tiff,
  directory: Directory,
  { width, height }: { width: number; height: number },
): Promise<{ width: number; height: number }> {
  const orientation = await number(tiff, directory, TAG.orientation, 1);
  return orientation >= 5 && orientation <= 8 ? { width: height, height: width } : { width, height };
}

/** Throws where a page cannot be decoded: by its compression, its extent in the file, or what libvips says. */
async function assertReadable(path: string, tiff: Tiff, directory: Directory): Promise<void> {
  const { compression, reader } = await readSampleLayout(tiff, directory);
  if (reader === null) {
    const name = COMPRESSION_NAMES[compression] ?? `scheme ${compression}`;
    throw refusal(`the TIFF is compressed with ${name}, which is not read in pictures of its kind`);
  }
  const offsets = [
    ...(await numbers(tiff, directory, TAG.tileOffsets)),
    ...(await numbers(tiff, directory, TAG.stripOffsets)),
    ...(await numbers(tiff, directory, TAG.jpegInterchangeFormat, 1)),
  ];
  if (offsets.length === 0) throw refusal("the TIFF does not say where its pixels are");
  if (offsets.some((offset) => offset >= tiff.source.size)) throw refusal("the TIFF ends before its picture does");
  const isMeasured = directory.fields.has(TAG.tileByteCounts) || directory.fields.has(TAG.stripByteCounts);
  // ImageMagick makes a black picture of it.
  if (reader === "imagemagick" && !isMeasured) throw refusal("the TIFF does not say how long its pixels are");
  if (reader !== "libvips") return;
  try {
    await sharp(path, { limitInputPixels: false, page: directory.index }).metadata();
  } catch (error) {
    throw refusal("the TIFF is damaged", undefined, error);
  }
}
