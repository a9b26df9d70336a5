import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { promisify } from "node:util";
import { zstdDecompress } from "node:zlib";
import { z } from "zod";
import { bandSchema, MAX_BANDS } from "#lib/core/display/shown-bands.ts";
import { VIEWER_TILE } from "#lib/core/tiling/pyramid-levels.ts";
import { type SharedFile, shareFile } from "../pyramid/shared-file.ts";
import { numbers, readTiff, storedSize, text } from "../tiff/directory.ts";
import { TAG } from "../tiff/tags.ts";
import { decodedPlane } from "./decoded-planes.ts";

const decompress = promisify(zstdDecompress);
const MAX_DESCRIPTION_BYTES = 1024 ** 2;
const TILE_BYTES = VIEWER_TILE * VIEWER_TILE * 2;

const storedBandSchema = bandSchema.extend({ origin: z.number(), step: z.number() });
/** A band with how its values are coded: value = origin + step · code. */
export type StoredBand = z.infer<typeof storedBandSchema>;

/** The open bands of a page. They stay usable after `close`, which only gives the file handle back. */
export type Samples = {
  /** Tells these bytes from those of every other such file. */
  fingerprint: string;
  bands: StoredBand[];
  /** Size in pixels of a tile, cut at the edges; null where there is no such tile. */
  tileSize(level: number, x: number, y: number): { width: number; height: number } | null;
  /** The codes of a band in a tile of 512 × 512, row by row. */
  plane(level: number, x: number, y: number, band: number): Promise<Uint16Array>;
  close(): Promise<void>;
};

/** Opens a file of bands. Throws where it is missing or something else. */
export async function openSamplesFile(path: string): Promise<Samples> {
  const { size } = await stat(path);
  return openSamplesSource(shareFile(path), size);
}

/** The same wherever its bytes are. */
export async function openSamplesSource(file: SharedFile, size: number): Promise<Samples> {
  const tiff = await readTiff({ size, read: (offset, length) => file.read(offset, length) });
  const hash = createHash("sha256").update(String(size));
  const levels = await Promise.all(
    tiff.directories.map(async (directory) => ({
      ...(await storedSize(tiff, directory)),
      offsets: Float64Array.from(await numbers(tiff, directory, TAG.tileOffsets)),
      lengths: Float64Array.from(await numbers(tiff, directory, TAG.tileByteCounts)),
    })),
  );
  for (const { offsets, lengths } of levels) hash.update(offsets).update(lengths);
  const [first] = tiff.directories;
  const description = first ? await text(tiff, first, TAG.imageDescription, MAX_DESCRIPTION_BYTES) : "";
  const bands = z
    .array(storedBandSchema)
    .min(1)
    .max(MAX_BANDS)
    .parse(JSON.parse(decodeURI(description)));
  const fingerprint = hash.update(description).digest("base64url").slice(0, 22);
  const columnsOf = ({ width }: { width: number }): number => Math.ceil(width / VIEWER_TILE);
  const rowsOf = ({ height }: { height: number }): number => Math.ceil(height / VIEWER_TILE);
  return {
    fingerprint,
    bands,
    tileSize(level, x, y) {
      const stored = levels[level];
      if (!stored || x >= columnsOf(stored) || y >= rowsOf(stored)) return null;
      return {
        width: Math.min(VIEWER_TILE, stored.width - x * VIEWER_TILE),
        height: Math.min(VIEWER_TILE, stored.height - y * VIEWER_TILE),
      };
    },
    plane(level, x, y, band) {
      return decodedPlane(`${fingerprint}/${level}/${x}/${y}/${band}`, async () => {
        const stored = levels[level];
        if (!stored) throw new Error(`there is no level ${level}`);
        const index = (band * rowsOf(stored) + y) * columnsOf(stored) + x;
        const bytes = await file.read(stored.offsets[index] ?? 0, stored.lengths[index] ?? 0);
        return undone(await decompress(bytes, { maxOutputLength: TILE_BYTES }));
      });
    },
    close: () => file.close(),
  };
}

/** Adds up what each code is more than the one before it. */
function undone(bytes: Buffer): Uint16Array {
  if (bytes.length !== TILE_BYTES) throw new Error("a tile of samples is cut");
  const codes = new Uint16Array(VIEWER_TILE * VIEWER_TILE);
  new Uint8Array(codes.buffer).set(bytes);
  for (let row = 0; row < codes.length; row += VIEWER_TILE) {
    let before = 0;
    for (let at = row; at < row + VIEWER_TILE; at += 1) {
      before = (before + (codes[at] ?? 0)) & 0xffff;
      codes[at] = before;
    }
  }
  return codes;
}
