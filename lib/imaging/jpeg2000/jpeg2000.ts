import { readFile } from "node:fs/promises";
import { refusal } from "../decoding/refusal.ts";
import { bufferSource, withFileSource } from "../tiff/byte-source.ts";
import { BrokenTiff, readTiff } from "../tiff/directory.ts";
import { readGeoreference } from "../tiff/geo.ts";
import { openStripWriter } from "../tiff/strip-writer.ts";
import type { ImageProbe } from "../types.ts";
import { readCodestream, readGeoBox } from "./codestream.ts";
import { decodeJpeg2000 } from "./openjpeg.ts";

/** OpenJPEG holds the whole picture, with some eight bytes a sample, in a memory of 4 GB at most. */
const MAX_SAMPLES = 300_000_000;
const MAX_BITS = 16;
const STRIP_BYTES = 8 * 1024 ** 2;
/** Encoders leave five halvings in a picture unless told otherwise. */
const MAX_SKIPPED = 5;

/** Probes a JPEG 2000 codestream or JP2 file. Throws `unsupported-image`. */
export async function probeJpeg2000(path: string): Promise<ImageProbe> {
  return withFileSource(path, async (source) => {
    const stream = await readCodestream(source);
    if (!stream) throw refusal("the JPEG 2000 file is damaged or ends in its header");
    const { width, height, components } = stream;
    if (!(width > 0 && height > 0)) throw refusal("the picture has no pixels");
    if (width * height * components.length > MAX_SAMPLES) {
      throw refusal("a JPEG 2000 picture of more than 100 megapixels in colour is not read", "save it as a tiled TIFF");
    }
    if (components.some(({ bits }) => bits > MAX_BITS)) {
      throw refusal("JPEG 2000 of more than 16 bits is not read", "save it as TIFF");
    }
    const geo = await readGeoBox(source);
    const scale = geo && (await georeferenceOf(geo));
    return { format: "jpeg2000", pages: [{ width, height }], scale, magnification: null, dropped: [] };
  });
}

/**
 * Decodes a JPEG 2000 file and writes it as an uncompressed TIFF of as many bits, grey or RGB; with `maxSide` at the least
 * resolution of the file that is at least so large.
 */
export async function writeJpeg2000(path: string, target: string, maxSide: number | undefined): Promise<void> {
  const bytes = await readFile(path);
  const { width, height, bands, bits, isSigned, samples } = await decodeSmaller(bytes, maxSide);
  const shown = bands >= 3 ? 3 : 1;
  const writer = await openStripWriter(target, { width, height, bands: shown, bits: bits > 8 ? 16 : 8, isSigned });
  const rows = Math.max(1, Math.floor(STRIP_BYTES / (width * shown * samples.BYTES_PER_ELEMENT)));
  try {
    for (let top = 0; top < height; top += rows) {
      const strip = samples.slice(top * width * bands, Math.min(height, top + rows) * width * bands);
      const kept = bands === shown ? strip : strip.filter((_, index) => index % bands < shown);
      const bottom = Math.min(height, top + rows);
      await writer.write(new Uint8Array(kept.buffer, kept.byteOffset, kept.byteLength), bottom - top);
    }
    await writer.finish();
  } finally {
    await writer.close();
  }
}

async function decodeSmaller(bytes: Buffer, maxSide: number | undefined) {
  const stream = await readCodestream(bufferSource(bytes));
  const side = Math.max(stream?.width ?? 1, stream?.height ?? 1);
  const wanted = maxSide === undefined ? 0 : Math.floor(Math.log2(side / maxSide));
  const skipped = Math.max(0, Math.min(MAX_SKIPPED, wanted));
  // Files with fewer resolutions are decoded whole.
  return skipped === 0 ? decodeJpeg2000(bytes) : decodeJpeg2000(bytes, skipped).catch(() => decodeJpeg2000(bytes));
}

async function georeferenceOf(geo: Buffer): Promise<ImageProbe["scale"]> {
  try {
    const tiff = await readTiff(bufferSource(geo));
    const first = tiff.directories[0];
    return first ? await readGeoreference(tiff, first) : null;
  } catch (error) {
    if (error instanceof BrokenTiff) return null;
    throw error;
  }
}
