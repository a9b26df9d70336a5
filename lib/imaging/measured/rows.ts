import { fromFile, type GeoTIFF, type GeoTIFFImage } from "geotiff";
import { TesseraError } from "#lib/core/errors.ts";
import { withFileSource } from "../tiff/byte-source.ts";
import { numbers, readTiff } from "../tiff/directory.ts";
import type { StoredLevel } from "../tiff/layout.ts";
import type { SampleLayout } from "../tiff/sample-layout.ts";
import { TAG } from "../tiff/tags.ts";
import { registerBlockDecoders } from "./block-decoders.ts";

/**
 * Rows of a measured picture: samples interleaved, the colour bands first, then alpha where there is one. `mask` is 0 for each pixel
 * that the file's mask hides; null where it has none.
 */
export type Rows = {
  y: number;
  height: number;
  width: number;
  samples: number;
  values: ArrayLike<number>;
  mask: ArrayLike<number> | null;
};

/** Rows that are decoded at once, at least: strips may be one row high. */
const MIN_ROWS = 64;
/** Where the pixels lie: geotiff.js 3.0.5 reads these tables as little-endian whatever the file is. */
const PLACES = [TAG.stripOffsets, TAG.stripByteCounts, TAG.tileOffsets, TAG.tileByteCounts];

/**
 * Reads one level of a TIFF from top to bottom, whole strips or rows of tiles at a time. Closes the file at the end. Throws
 * `unsupported-image` where the file gives no sensible height of its strips.
 */
export async function* readRows(
  path: string,
  { directory, mask }: Pick<StoredLevel, "directory" | "mask">,
  layout: Pick<SampleLayout, "bands" | "alpha">,
): AsyncGenerator<Rows> {
  registerBlockDecoders();
  const file = await fromFile(path);
  try {
    const image = await imageOf(file, path, directory);
    const hidden = mask === null ? null : await imageOf(file, path, mask);
    const width = image.getWidth();
    const height = image.getHeight();
    const block = image.getBlockHeight(0);
    if (!(Number.isInteger(block) && block > 0)) {
      throw new TesseraError("unsupported-image", `the TIFF says that its strips are ${block} rows high`, {
        remedy: "save it anew as TIFF, PNG or JPEG",
      });
    }
    const step = Math.ceil(MIN_ROWS / block) * block;
    const wanted = layout.alpha === null ? layout.bands : [...layout.bands, layout.alpha];
    for (let y = 0; y < height; y += step) {
      const bottom = Math.min(y + step, height);
      const window = [0, y, width, bottom];
      const values = await image.readRasters({ window, samples: wanted, interleave: true });
      const shown = (await hidden?.readRasters({ window, samples: [0], interleave: true })) ?? null;
      yield { y, height: bottom - y, width, samples: wanted.length, values, mask: shown };
    }
  } finally {
    await file.close();
  }
}

async function imageOf(file: GeoTIFF, path: string, directory: number): Promise<GeoTIFFImage> {
  const image = await file.getImage(directory);
  for (const [tag, values] of await readPlaces(path, directory)) {
    image.fileDirectory.actualizedFields.set(tag, values);
  }
  return image;
}

async function readPlaces(path: string, index: number): Promise<(readonly [tag: number, values: number[]])[]> {
  return withFileSource(path, async (source) => {
    const tiff = await readTiff(source);
    const directory = tiff.directories[index];
    if (!directory) return [];
    const present = PLACES.filter((tag) => directory.fields.has(tag));
    return Promise.all(present.map(async (tag) => [tag, await numbers(tiff, directory, tag)] as const));
  });
}
