import { type AppendFile, appendDirectories, openAppendFile } from "./append-file.ts";
import type { NewField } from "./encode.ts";
import { COMPRESSION, PHOTOMETRIC, TAG } from "./tags.ts";

/** Samples have 8 bits, or 16 in little-endian order. */
type Shape = { width: number; height: number; bands: number; bits?: 8 | 16; isSigned?: boolean };
type Strip = { offset: number; bytes: number };

const HEADER_BYTES = 16;

/** An uncompressed BigTIFF that is written from top to bottom, a strip each time. */
export type StripWriter = {
  /** Appends the next rows; every call but the last brings the same number of them. */
  write(rows: Uint8Array, height: number): Promise<void>;
  finish(): Promise<void>;
  close(): Promise<void>;
};

/** Opens a new file for a grey (1 band) or RGB (3 bands) picture. */
export async function openStripWriter(path: string, shape: Shape): Promise<StripWriter> {
  const file = await openAppendFile(path, HEADER_BYTES);
  const strips: Strip[] = [];
  let rowsPerStrip = 0;
  return {
    async write(rows, height) {
      rowsPerStrip ||= height;
      strips.push({ offset: await file.append(rows), bytes: rows.byteLength });
    },
    finish: () => finish(file, shape, strips, rowsPerStrip),
    close: () => file.close(),
  };
}

async function finish(file: AppendFile, shape: Shape, strips: readonly Strip[], rowsPerStrip: number): Promise<void> {
  const fields: NewField[] = [
    { tag: TAG.imageWidth, type: "long", values: [shape.width] },
    { tag: TAG.imageLength, type: "long", values: [shape.height] },
    { tag: TAG.bitsPerSample, type: "short", values: Array.from({ length: shape.bands }, () => shape.bits ?? 8) },
    { tag: TAG.compression, type: "short", values: [COMPRESSION.none] },
    { tag: TAG.photometric, type: "short", values: [shape.bands === 1 ? PHOTOMETRIC.blackIsZero : PHOTOMETRIC.rgb] },
    { tag: TAG.samplesPerPixel, type: "short", values: [shape.bands] },
    { tag: TAG.planarConfiguration, type: "short", values: [1] },
    { tag: TAG.rowsPerStrip, type: "long", values: [rowsPerStrip] },
    { tag: TAG.stripOffsets, type: "long8", values: strips.map(({ offset }) => offset) },
    { tag: TAG.stripByteCounts, type: "long8", values: strips.map(({ bytes }) => bytes) },
    {
      tag: TAG.sampleFormat,
      type: "short",
      values: Array.from({ length: shape.bands }, () => (shape.isSigned ? 2 : 1)),
    },
  ];
  await appendDirectories(file, [fields]);
}
