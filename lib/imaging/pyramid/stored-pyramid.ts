import type { ByteSource } from "../tiff/byte-source.ts";
import { number, numbers, readTiff, storedSize } from "../tiff/directory.ts";
import { COMPRESSION, TAG } from "../tiff/tags.ts";

type Place = { offset: number; bytes: number };

/** One level of a pyramid file: where its tiles lie, row by row. */
export type PyramidLevel = {
  width: number;
  height: number;
  tileWidth: number;
  tileHeight: number;
  mediaType: "image/jpeg" | "image/webp";
  /** Where the whole tiles begin, row by row. */
  offsets: Float64Array;
  /** The whole tile as TIFF has it, filled up at the edges. */
  whole(column: number, row: number): Place | null;
  /** The tile as viewers want it, cut at the edges. */
  cut(column: number, row: number): Place | null;
};

/** Reads the levels of a pyramid that Tessera wrote. Throws where it is something else. */
export async function readLevels(source: ByteSource): Promise<PyramidLevel[]> {
  const tiff = await readTiff(source);
  return Promise.all(
    tiff.directories.map(async (directory) => {
      const { width, height } = await storedSize(tiff, directory);
      const offsets = Float64Array.from(await numbers(tiff, directory, TAG.tileOffsets));
      const lengths = Float64Array.from(await numbers(tiff, directory, TAG.tileByteCounts));
      const cutTiles = await numbers(tiff, directory, TAG.cutTiles);
      const compression = await number(tiff, directory, TAG.compression, 0);
      const tileWidth = await number(tiff, directory, TAG.tileWidth, 0);
      const tileHeight = await number(tiff, directory, TAG.tileLength, 0);
      const columns = Math.ceil(width / tileWidth);
      const rows = Math.ceil(height / tileHeight);
      if (offsets.length === 0 || offsets.length !== columns * rows || lengths.length !== offsets.length) {
        throw new Error("the pyramid is not one of tiles");
      }
      const cut = new Map<number, Place>();
      for (let at = 0; at + 2 < cutTiles.length; at += 3) {
        const [index, offset, bytes] = cutTiles.slice(at, at + 3);
        if (index !== undefined && offset !== undefined && bytes !== undefined) cut.set(index, { offset, bytes });
      }
      const whole = (index: number): Place => ({ offset: offsets[index] ?? 0, bytes: lengths[index] ?? 0 });
      const indexOf = (column: number, row: number): number | null => {
        const inside = column >= 0 && column < columns && row >= 0 && row < rows;
        return inside && Number.isInteger(column) && Number.isInteger(row) ? row * columns + column : null;
      };
      return {
        width,
        height,
        tileWidth,
        tileHeight,
        mediaType: compression === COMPRESSION.webp ? ("image/webp" as const) : ("image/jpeg" as const),
        offsets,
        whole: (column: number, row: number) => {
          const index = indexOf(column, row);
          return index === null ? null : whole(index);
        },
        cut: (column: number, row: number) => {
          const index = indexOf(column, row);
          return index === null ? null : (cut.get(index) ?? whole(index));
        },
      };
    }),
  );
}
